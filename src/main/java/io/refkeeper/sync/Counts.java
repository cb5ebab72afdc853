package io.refkeeper.sync;

/** Rows of one table in one run; those of {@code refkeeper.sync_table_run}. */
record Counts(
    long fetched,
    long inserted,
    long updated,
    long unchanged,
    long promoted,
    long deleted,
    long retained,
    long skippedRows,
    long zeroDates) {

  /** Of a table that was left as it was, after so many rows had come. */
  static Counts onlyFetched(long fetched) {
    return new Counts(fetched, 0, 0, 0, 0, 0, 0, 0, 0);
  }
}
