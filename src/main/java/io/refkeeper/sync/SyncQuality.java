package io.refkeeper.sync;

import io.refkeeper.quality.QualitySnapshots;
import java.util.List;
import org.apache.camel.ExchangeProperty;

/** Takes the quality figures of a table as the last act of its sync. */
public final class SyncQuality {

  private final QualitySnapshots snapshots;

  SyncQuality(QualitySnapshots snapshots) {
    this.snapshots = snapshots;
  }

  /** Counts a table that was written to, or that never was counted. */
  public void takeSnapshot(@ExchangeProperty("table") TableRun table) {
    if (table.attempt().hasWritten()) {
      snapshots.count(List.of(table.name()));
    } else {
      snapshots.countIfNew(table.name());
    }
  }
}
