package io.refkeeper.ingest;

import io.refkeeper.quarantine.QuarantinedRow;
import java.util.List;

/**
 * Some rows of a file, read and transformed; the unit of verification and of COPY.
 *
 * @param load the load they belong to
 * @param known rows of which the reader knew already that all their parents are there
 * @param rows to be routed, because they name a key for the first time or one without a parent
 * @param held rows of which the reader knew already that a parent has to be derived
 * @param bad rows whose values no column can take
 * @param filtered rows that a configured filter held to be no data
 */
public record Chunk(
    DomainLoad load,
    CopyBatch known,
    List<FactRow> rows,
    HeldBatch held,
    List<QuarantinedRow> bad,
    long filtered) {

  /** All rows that were read for this chunk. */
  public long rowsRead() {
    return known.size() + rows.size() + held.size() + bad.size() + filtered;
  }
}
