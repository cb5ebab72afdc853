package io.refkeeper.ingest.transform;

import java.util.BitSet;

/** What became of a row of the file. */
public sealed interface TransformedRow {

  /** The row's line in the file. */
  long line();

  /**
   * A row that fits its table, as far as Java can know.
   *
   * @param values in PostgreSQL's text form, null is NULL: the target columns, then the extra
   *     columns
   */
  record Loadable(long line, String[] values) implements TransformedRow {}

  /** A row that is no data, by a configured filter. */
  record Filtered(long line) implements TransformedRow {}

  /**
   * A row that cannot be loaded.
   *
   * @param column the file's column; empty when the row as a whole is wrong
   * @param value the value as the file has it; null: none
   * @param reason a sentence for people
   * @param values as of a loadable row, what could not be read being null; null when the row as a
   *     whole is wrong
   * @param unread positions in {@code values} that could not be read
   */
  record Bad(
      long line,
      String column,
      String value,
      RejectionReason code,
      String reason,
      String[] values,
      BitSet unread)
      implements TransformedRow {}
}
