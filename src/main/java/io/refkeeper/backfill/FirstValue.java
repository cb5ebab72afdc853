package io.refkeeper.backfill;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code first}: the first value that is not blank. */
final class FirstValue implements Aggregator {

  private static final int CONFLICTS_KEPT = 5;
  private static final int CONFLICT_LENGTH = 200;

  private final int position;
  private String first;
  private Set<String> others = Set.of();

  FirstValue(int position) {
    this.position = position;
  }

  @Override
  public void add(String[] values) {
    see(values[position]);
  }

  private void see(String value) {
    if (value == null || value.equals(first)) {
      return;
    }
    if (first == null) {
      first = value;
      return;
    }
    if (others.isEmpty()) {
      others = new LinkedHashSet<>();
    }
    if (others.size() < CONFLICTS_KEPT) {
      others.add(
          value.length() <= CONFLICT_LENGTH ? value : value.substring(0, CONFLICT_LENGTH) + "…");
    }
  }

  @Override
  public String result() {
    return first;
  }

  @Override
  public List<String> conflicts() {
    return List.copyOf(others);
  }

  @Override
  public void merge(Aggregator later) {
    FirstValue other = (FirstValue) later;
    see(other.first);
    other.others.forEach(this::see);
  }
}
