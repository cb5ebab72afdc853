package io.refkeeper.backfill;

/**
 * Makes one value of a derived parent from all rows that name its key. Rows come in file order;
 * blanks (null) never count. One instance a key and column; not thread-safe.
 */
sealed interface Aggregator
    permits FirstValue, MostFrequentValue, ValueOfMaximum, DistinctValues, TemplateText {

  /** Takes one row's values into account. */
  void add(String[] values);

  /** The value in PostgreSQL's text form; null when no row had one. */
  String result();

  /**
   * For the steward: values that were seen and did not win, at most a handful, and whether others
   * were left out.
   */
  default java.util.List<String> conflicts() {
    return java.util.List.of();
  }

  /**
   * Takes over what another one saw, later in the file: two spellings of a key turned out to be one
   * key for the database.
   *
   * @param later of the same class
   */
  void merge(Aggregator later);
}
