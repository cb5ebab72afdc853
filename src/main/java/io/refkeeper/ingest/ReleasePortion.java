package io.refkeeper.ingest;

import io.refkeeper.quarantine.QuarantinedRow;
import java.util.Map;

/**
 * Waiting rows of one load that are tried in one transaction.
 *
 * @param runId the release's record; 0 when nothing was taken
 * @param load what the rows are loaded by; null when nothing was taken
 * @param chunk the rows, to be routed; null when nothing was taken
 * @param ids where each row waits, by its place in the file
 * @param lastId the last row that was looked at
 * @param last whether the load has no more rows to look at
 */
public record ReleasePortion(
    long runId, DomainLoad load, Chunk chunk, Map<Place, Long> ids, long lastId, boolean last) {

  /** A row's place in its file; no two rows of a load have the same. */
  record Place(String sheet, long line) {
    static Place of(QuarantinedRow row) {
      return new Place(row.sheet(), row.line());
    }
  }

  static ReleasePortion nothing(long lastId, boolean last) {
    return new ReleasePortion(0, null, null, Map.of(), lastId, last);
  }

  /** Whether rows were taken. */
  public boolean isAny() {
    return load != null;
  }

  long released() {
    return isAny() ? load.counts().loaded() : 0;
  }

  /** Rows that cannot be loaded for another reason than a missing parent. */
  long refused() {
    return isAny()
        ? load.rejects().stream().filter(row -> !WaitingRows.isReleasable(row.code())).count()
        : 0;
  }
}
