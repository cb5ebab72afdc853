package io.refkeeper.sync;

import java.util.Locale;

/** What became of a table. */
enum TableStatus {
  /** Something was written. */
  OK,
  /** Nothing had to be written. */
  UNCHANGED,
  /** Nothing was written, since something is wrong. */
  FAILED,
  /** Nothing was written, since the source lost more than {@code max_shrink}. */
  HELD,
  /** Not tried, since another table failed. */
  SKIPPED;

  boolean isDone() {
    return this == OK || this == UNCHANGED;
  }

  /** The word in {@code refkeeper.sync_table_run.status} and in reports. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
