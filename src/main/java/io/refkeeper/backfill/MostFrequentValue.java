package io.refkeeper.backfill;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code most_frequent}: the value of most rows; of equals, the one that came first. */
final class MostFrequentValue implements Aggregator {

  private final int position;
  private final Map<String, Long> counts = new LinkedHashMap<>();

  MostFrequentValue(int position) {
    this.position = position;
  }

  @Override
  public void add(String[] values) {
    if (values[position] != null) {
      counts.merge(values[position], 1L, Long::sum);
    }
  }

  @Override
  public String result() {
    String best = null;
    long most = 0;
    for (Map.Entry<String, Long> entry : counts.entrySet()) {
      if (entry.getValue() > most) {
        best = entry.getKey();
        most = entry.getValue();
      }
    }
    return best;
  }

  @Override
  public List<String> conflicts() {
    String winner = result();
    return counts.keySet().stream().filter(value -> !value.equals(winner)).limit(5).toList();
  }

  @Override
  public void merge(Aggregator later) {
    ((MostFrequentValue) later).counts.forEach((value, n) -> counts.merge(value, n, Long::sum));
  }
}
