package io.refkeeper.backfill;

import java.util.List;

/**
 * A parent that is wanted, and what the facts say of it so far. Not thread-safe.
 *
 * <p>Provenance is the first row that names the key, and how many do.
 */
public final class Candidate {

  private final Object key;
  private final String sheet;
  private final long firstLine;
  private final Aggregator[] aggregators;
  private long factRows;
  private boolean inserted;

  Candidate(Object key, String sheet, long firstLine, Aggregator[] aggregators) {
    this.key = key;
    this.sheet = sheet;
    this.firstLine = firstLine;
    this.aggregators = aggregators;
  }

  void add(String[] values) {
    factRows++;
    for (Aggregator aggregator : aggregators) {
      if (aggregator != null) {
        aggregator.add(values);
      }
    }
  }

  void merge(Candidate later) {
    factRows += later.factRows;
    for (int i = 0; i < aggregators.length; i++) {
      if (aggregators[i] != null) {
        aggregators[i].merge(later.aggregators[i]);
      }
    }
  }

  void markInserted() {
    inserted = true;
  }

  void markRemoved() {
    inserted = false;
  }

  /** Whether this load made the parent; false when somebody else was faster, or it was removed. */
  public boolean inserted() {
    return inserted;
  }

  /** The key, in the form of {@link io.refkeeper.reference.BoundForeignKey}. */
  public Object key() {
    return key;
  }

  /** The sheet of the first row; null for a file without sheets. */
  public String sheet() {
    return sheet;
  }

  /** The first row that names the key. */
  public long firstLine() {
    return firstLine;
  }

  /** How many rows name the key. */
  public long factRows() {
    return factRows;
  }

  String result(int column) {
    return aggregators[column] == null ? null : aggregators[column].result();
  }

  List<String> conflicts(int column) {
    return aggregators[column] == null ? List.of() : aggregators[column].conflicts();
  }
}
