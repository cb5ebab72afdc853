package io.refkeeper.sync;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * What a run did, table by table in the order of the run; serialises to {@code sync --json}.
 *
 * @param rowsReleased facts that had waited in quarantine for a parent, and are loaded now
 */
@JsonNaming(SnakeCaseStrategy.class)
public record SyncReport(List<TableReport> tables, long rowsReleased) {

  public SyncReport {
    tables = List.copyOf(tables);
  }
}
