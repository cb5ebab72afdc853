package io.refkeeper.ingest;

import io.refkeeper.ingest.reader.SourceRow;

/**
 * A row on its way to the fact table.
 *
 * @param source the row as the file has it
 * @param values fact columns in COPY order, then columns that only derivation needs; PostgreSQL's
 *     text form, null is NULL. Owned by the row: an alias is replaced in place
 */
public record FactRow(SourceRow source, String[] values) {

  /** The row's line in the file. */
  public long line() {
    return source.line();
  }
}
