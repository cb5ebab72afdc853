package io.refkeeper.sync;

import java.util.Set;

/**
 * What a source was asked for.
 *
 * @param temporalColumns source columns with dates, which may hold MySQL's zero dates
 * @param complete whether every row was asked for, so that a missing key is a gone one
 * @param watermark where an incremental fetch starts; null: at the beginning
 */
record Fetch(
    ColumnMapping mapping, Set<String> temporalColumns, boolean complete, String watermark) {

  /** All rows, none with a date of MySQL. */
  static Fetch everything(ColumnMapping mapping) {
    return new Fetch(mapping, Set.of(), true, null);
  }
}
