package io.refkeeper.database;

import io.refkeeper.database.MigrationPlan.Step;
import io.refkeeper.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;

/** Brings the target database up to date: the control schema, then the tracking columns. */
public final class Migration {

  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

  private final DataSource target;

  public Migration(DataSource target) {
    this.target = target;
  }

  /**
   * What would be done; changes nothing.
   *
   * @param referenceTables the tables that carry tracking columns
   */
  public MigrationPlan plan(Collection<TableName> referenceTables) {
    return joined(ControlSchema.pending(target), new TrackingColumns(target).plan(referenceTables));
  }

  /**
   * Does it; a second call finds nothing to do.
   *
   * @return what was done
   * @throws ProblemException if a table is busy, or the role may not change it
   */
  public MigrationPlan apply(Collection<TableName> referenceTables) {
    List<Step> control = ControlSchema.pending(target);
    ControlSchema.migrate(target);
    return joined(control, new TrackingColumns(target).apply(referenceTables, LOCK_TIMEOUT));
  }

  private static MigrationPlan joined(List<Step> control, MigrationPlan tracking) {
    List<Step> steps = new ArrayList<>(control);
    steps.addAll(tracking.steps());
    return new MigrationPlan(List.copyOf(steps), tracking.problems());
  }
}
