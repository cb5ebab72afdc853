package io.refkeeper.sync;

import java.util.List;

/** What a run did, table by table in the order of the run; serialises to {@code sync --json}. */
public record SyncReport(List<TableReport> tables) {

  public SyncReport {
    tables = List.copyOf(tables);
  }
}
