package io.refkeeper.runtime;

import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.database.ControlSchema;
import io.refkeeper.database.Migration;
import io.refkeeper.database.TargetDatabase;
import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Finding;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.reference.DatabaseCheck;
import io.refkeeper.reference.ReferenceTables;
import java.util.List;

/** Sees to it that nothing starts on a configuration that does not fit its database. */
public final class Readiness {

  private Readiness() {}

  /**
   * Compares the configuration with the target. An embedded database is migrated on the way, but
   * not before everything else fits; a real one only by {@code refkeeper migrate}, when its DBA
   * says so.
   *
   * @throws ConfigurationException with every problem found
   */
  public static void require(LoadedConfiguration loaded, TargetDatabase target) {
    DatabaseCheck check = new DatabaseCheck(target.dataSource());
    if (target.isEmbedded()) {
      refuse(check.checkBeforeMigration(loaded));
      new Migration(target.dataSource()).apply(ReferenceTables.all(loaded.configuration()));
    }
    refuse(check.check(loaded));
  }

  /**
   * Sees to it that the control schema is there, for commands that only look.
   *
   * @throws ProblemException {@code not_migrated}
   */
  public static void requireMigrated(TargetDatabase target) {
    ControlSchema.require(target.dataSource());
  }

  private static void refuse(List<Finding> findings) {
    List<Problem> errors =
        findings.stream().filter(Finding::isError).map(Finding::problem).toList();
    if (!errors.isEmpty()) {
      throw new ConfigurationException(errors);
    }
  }
}
