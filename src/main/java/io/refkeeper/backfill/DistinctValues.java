package io.refkeeper.backfill;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code concat_distinct} and {@code count_distinct}: the different values, joined or counted. */
final class DistinctValues implements Aggregator {

  private final int position;
  private final String separator;
  private final boolean sort;
  private final KeptValues kept;

  private DistinctValues(int position, String separator, boolean sort, KeptValues kept) {
    this.position = position;
    this.separator = separator;
    this.sort = sort;
    this.kept = kept;
  }

  static DistinctValues joined(int position, String separator, boolean sort, KeptValues.Room room) {
    return new DistinctValues(position, separator, sort, new KeptValues(KeptValues.PER_KEY, room));
  }

  static DistinctValues counted(int position, KeptValues.Room room) {
    return new DistinctValues(position, null, false, new KeptValues(Integer.MAX_VALUE, room));
  }

  @Override
  public void add(String[] row) {
    if (row[position] != null) {
      kept.add(row[position]);
    }
  }

  @Override
  public String result() {
    Set<String> values = kept.values();
    if (separator == null) {
      return Integer.toString(values.size());
    }
    Collection<String> ordered = sort ? new TreeSet<>(values) : values;
    return values.isEmpty() ? null : String.join(separator, ordered);
  }

  @Override
  public List<String> conflicts() {
    return kept.note();
  }

  @Override
  public void merge(Aggregator later) {
    kept.addAll(((DistinctValues) later).kept);
  }
}
