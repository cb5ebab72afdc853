package io.refkeeper.backfill;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The different values of one key and column, in file order, with the number of their rows. Not
 * thread-safe.
 *
 * <p>A wrong file may have another value in every row: what is kept is bounded, and {@link #note}
 * says that later values were left out.
 */
final class KeptValues {

  /** The most values that are joined, or compete, for one key. */
  static final int PER_KEY = 1_000;

  /** What the values of all keys may take of the heap, in bytes, for one foreign key. */
  static final long FOR_ALL_KEYS = 32L << 20;

  static final String NOTE =
      "… (further values were left out: %,d of a key are kept, and %d MB of all keys)"
          .formatted(PER_KEY, FOR_ALL_KEYS >> 20);

  private final int most;
  private final Room room;
  private final Map<String, Long> rows = new LinkedHashMap<>();
  private boolean leftOut;

  /** What is left of {@link #FOR_ALL_KEYS}. */
  static final class Room {
    private static final int BYTES_PER_VALUE = 100;
    private static final int BYTES_PER_CHARACTER = 2;

    private long left = FOR_ALL_KEYS;

    private boolean take(String value) {
      long bytes = BYTES_PER_VALUE + (long) BYTES_PER_CHARACTER * value.length();
      if (bytes > left) {
        return false;
      }
      left -= bytes;
      return true;
    }
  }

  /**
   * @param most values of this key
   */
  KeptValues(int most, Room room) {
    this.most = most;
    this.room = room;
  }

  void add(String value) {
    add(value, 1);
  }

  private void add(String value, long count) {
    // the first one is always kept: without it the key would have no value
    if (rows.containsKey(value) || rows.isEmpty() || (rows.size() < most && room.take(value))) {
      rows.merge(value, count, Long::sum);
    } else {
      leftOut = true;
    }
  }

  void addAll(KeptValues later) {
    later.rows.forEach(this::add);
    leftOut |= later.leftOut;
  }

  Set<String> values() {
    return rows.keySet();
  }

  /** By value. */
  Map<String, Long> rows() {
    return rows;
  }

  /** For the steward: that values were left out; empty when none was. */
  List<String> note() {
    return leftOut ? List.of(NOTE) : List.of();
  }
}
