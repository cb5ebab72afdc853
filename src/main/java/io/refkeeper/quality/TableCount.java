package io.refkeeper.quality;

import io.refkeeper.database.TableName;
import java.util.List;

/** Counts every reference table, whatever loads and syncs have told: with the validation job. */
public final class TableCount {

  private final QualitySnapshots snapshots;
  private final List<TableName> tables;

  /**
   * @param tables those of the configuration
   */
  public TableCount(QualitySnapshots snapshots, List<TableName> tables) {
    this.snapshots = snapshots;
    this.tables = tables;
  }

  /**
   * Counts them as the last act of the caller's transaction; leaves the body as it is. A table that
   * is not there is what the validation tells, and no failure of the count.
   */
  public void countAll() {
    snapshots.countAll(tables);
  }
}
