package io.refkeeper.backfill;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/** {@code concat_distinct} and {@code count_distinct}: the different values, joined or counted. */
final class DistinctValues implements Aggregator {

  private final int position;
  private final String separator;
  private final boolean sort;
  private final Set<String> values = new LinkedHashSet<>();

  private DistinctValues(int position, String separator, boolean sort) {
    this.position = position;
    this.separator = separator;
    this.sort = sort;
  }

  static DistinctValues joined(int position, String separator, boolean sort) {
    return new DistinctValues(position, separator, sort);
  }

  static DistinctValues counted(int position) {
    return new DistinctValues(position, null, false);
  }

  @Override
  public void add(String[] row) {
    if (row[position] != null) {
      values.add(row[position]);
    }
  }

  @Override
  public String result() {
    if (separator == null) {
      return Integer.toString(values.size());
    }
    Collection<String> ordered = sort ? new TreeSet<>(values) : values;
    return values.isEmpty() ? null : String.join(separator, ordered);
  }

  @Override
  public void merge(Aggregator later) {
    values.addAll(((DistinctValues) later).values);
  }
}
