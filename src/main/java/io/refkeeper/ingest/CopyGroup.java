package io.refkeeper.ingest;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Batches that are copied under one savepoint, because the database may refuse some of their rows.
 * More than about sixty savepoints a load would slow every other session's snapshots, so groups
 * grow with the file; a long one waits on disk.
 */
final class CopyGroup implements AutoCloseable {

  /** Groups of one batch at first; from here on each four are twice as large as those before. */
  private static final int SINGLE_GROUPS = 18;

  private static final int GROUPS_OF_A_SIZE = 4;

  /** From so many refused groups on, the next are tested at once instead of being tried. */
  private static final int REFUSALS_TOLERATED = 3;

  private final Supplier<HeldRows> spools;
  private HeldRows rows;
  private final Map<Object, long[]> rowsByScope = new LinkedHashMap<>();
  private int batches;
  private int size;
  private int copied;
  private int refused;

  /**
   * @param spools makes an empty place for rows, each time anew
   */
  CopyGroup(Supplier<HeldRows> spools) {
    this.spools = spools;
    this.rows = spools.get();
  }

  void add(CopyBatch batch) {
    rows.add(batch.rows());
    batch
        .rowsByScope()
        .forEach((scope, n) -> rowsByScope.computeIfAbsent(scope, s -> new long[1])[0] += n[0]);
    size += batch.size();
    batches++;
  }

  boolean isWhole() {
    int doublings = Math.max(0, copied - SINGLE_GROUPS + GROUPS_OF_A_SIZE) / GROUPS_OF_A_SIZE;
    return batches >= 1L << doublings;
  }

  int size() {
    return size;
  }

  Map<Object, long[]> rowsByScope() {
    return rowsByScope;
  }

  /** The rows in file order, some at a time; as often as it is asked. */
  Iterator<List<FactRow>> parts(int rowsPerPart) {
    return rows.groups(rowsPerPart);
  }

  /** Whether the rows are so often bad that trying to copy them is a waste. */
  boolean isSuspect() {
    return refused >= REFUSALS_TOLERATED;
  }

  void refused() {
    refused++;
  }

  /** Begins the next group. */
  void next() {
    rows.close();
    rows = spools.get();
    rowsByScope.clear();
    batches = 0;
    size = 0;
    copied++;
  }

  @Override
  public void close() {
    rows.close();
  }
}
