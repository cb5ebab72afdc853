package io.refkeeper.benchmark;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The rows of a fact file, one after the other: a month, four keys, a name, six texts, ten amounts.
 * The same seed gives the same rows. What is odd about a file is spread over it evenly.
 */
final class FactRows {

  static final int KEYS = 4;
  static final int TEXTS = 6;
  static final int AMOUNTS = 10;

  static final List<String> COLUMNS =
      Stream.of(
              Stream.of("month"),
              IntStream.range(0, KEYS).mapToObj(i -> "k" + i),
              Stream.of("name"),
              IntStream.range(0, TEXTS).mapToObj(i -> "t" + i),
              IntStream.range(0, AMOUNTS).mapToObj(i -> "n" + i))
          .flatMap(columns -> columns)
          .collect(Collectors.toUnmodifiableList());

  private static final int MONTH = 0;
  private static final int FIRST_KEY = 1;
  private static final int NAME = FIRST_KEY + KEYS;
  private static final int FIRST_TEXT = NAME + 1;
  static final int FIRST_AMOUNT = FIRST_TEXT + TEXTS;

  /** What is odd about a file. */
  enum Oddity {
    NONE,
    /** Of a hundred rows one names one of few unknown parents. */
    FEW_UNKNOWN,
    /** Every second row names one of many unknown parents. */
    MANY_UNKNOWN,
    /** Every tenth row has a bad number, a bad date, no month, or a field too many. */
    BAD,
    /** Every tenth row has a negative amount, which only a CHECK of the database forbids. */
    NEGATIVE
  }

  private final SplittableRandom random;
  private final Oddity oddity;
  private final int unknownKeys;
  private final String[] values = new String[COLUMNS.size() + 1];
  private long number;
  private long unknownRows;
  private long badRows;
  private int fields;

  /**
   * @param unknownKeys how many distinct unknown keys the file names, if it has rows enough
   */
  FactRows(long seed, Oddity oddity, int unknownKeys) {
    this.random = new SplittableRandom(seed);
    this.oddity = oddity;
    this.unknownKeys = unknownKeys;
  }

  /** Makes the next row; its values stay until the one after it is made. */
  String[] next() {
    fields = COLUMNS.size();
    values[MONTH] = "2025-10-01";
    for (int i = 0; i < KEYS; i++) {
      values[FIRST_KEY + i] = keyPrefix(i) + random.nextInt(parents(i));
    }
    values[NAME] = "太湖黄山企业年金计划" + number % 977;
    for (int i = 0; i < TEXTS; i++) {
      values[FIRST_TEXT + i] = "free text " + random.nextInt(100);
    }
    for (int i = 0; i < AMOUNTS; i++) {
      values[FIRST_AMOUNT + i] = random.nextInt(1_000_000) + "." + (1000 + random.nextInt(9000));
    }
    spoil();
    number++;
    return values;
  }

  /** The number of fields of the row; after a bad one, more than there are columns. */
  int fields() {
    return fields;
  }

  static int parents(int key) {
    return key == KEYS - 1 ? BenchmarkOptions.FEW_PARENTS : BenchmarkOptions.PARENTS;
  }

  /** What every key of a foreign key begins with; its number follows. */
  static String keyPrefix(int key) {
    return "K" + key;
  }

  private void spoil() {
    switch (oddity) {
      case NONE -> {}
      case FEW_UNKNOWN -> nameUnknownParent(100);
      case MANY_UNKNOWN -> nameUnknownParent(2);
      case BAD -> {
        if (number % 10 == 5) {
          makeBad((int) (badRows++ % 4));
        }
      }
      case NEGATIVE -> {
        if (number % 10 == 5) {
          values[FIRST_AMOUNT] = "-1.5";
          badRows++;
        }
      }
    }
  }

  private void nameUnknownParent(int every) {
    if (number % every == every - 1) {
      values[FIRST_KEY] = "NEW" + unknownRows++ % unknownKeys;
    }
  }

  private void makeBad(int kind) {
    switch (kind) {
      case 0 -> values[FIRST_AMOUNT] = "12.5 (provisional)";
      case 1 -> values[MONTH] = "2025-13-45";
      case 2 -> values[MONTH] = "";
      default -> values[fields++] = "a field too many";
    }
  }

  /** Rows so far that cannot be loaded. */
  long badRows() {
    return badRows;
  }

  /** Distinct unknown keys so far. */
  long unknownKeys() {
    return Math.min(unknownRows, unknownKeys);
  }
}
