package io.refkeeper.benchmark;

import java.util.Set;

/**
 * What is measured, and how much of it.
 *
 * @param rows of a fact file of W1 to W5; the other sizes follow
 * @param rounds how often each workload is measured, in turn with all others
 * @param seed of the data; the same seed, the same files
 * @param workloads what is to be measured; what they are compared with is measured, too
 * @param largeGigabytes size of the CSV file of W9, which is 10^9 bytes times this
 */
public record BenchmarkOptions(
    int rows, int rounds, long seed, Set<Workload> workloads, double largeGigabytes) {

  /** Keys in each parent table but the last. */
  static final int PARENTS = 10_000;

  /** Keys in the last parent table. */
  static final int FEW_PARENTS = 40;

  static final int ROWS_OF_A_SMALL_FILE = 100;

  private static final int FULL_SIZE = 1_000_000;

  public BenchmarkOptions {
    workloads = Set.copyOf(workloads);
  }

  /** Rows of the workbook: 100,000, or half of the rows. */
  public int sheetRows() {
    return Math.min(100_000, rows / 2);
  }

  /** Files of W7: 2,000 at the full size. */
  public int smallFiles() {
    return scaled(2_000);
  }

  /** Distinct keys of W8: 10,000, or a tenth of the rows. */
  public int newKeys() {
    return Math.min(10_000, rows / 10);
  }

  /** Repetitions of W8, which is short: at least 5, 15 in three rounds. */
  public int keyRepetitions() {
    return 5 * rounds;
  }

  /** Distinct unknown keys of W2: 500 at the full size. */
  int fewUnknownKeys() {
    return scaled(500);
  }

  /** Distinct unknown keys of W3: 50,000 at the full size. */
  int manyUnknownKeys() {
    return scaled(50_000);
  }

  private int scaled(int atFullSize) {
    return Math.max(1, (int) ((long) atFullSize * Math.min(rows, FULL_SIZE) / FULL_SIZE));
  }
}
