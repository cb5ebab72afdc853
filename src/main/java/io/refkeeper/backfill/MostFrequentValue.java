package io.refkeeper.backfill;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code most_frequent}: the value of most rows; of equals, the one that came first. */
final class MostFrequentValue implements Aggregator {

  private final int position;
  private final KeptValues kept;

  MostFrequentValue(int position, KeptValues.Room room) {
    this.position = position;
    this.kept = new KeptValues(KeptValues.PER_KEY, room);
  }

  @Override
  public void add(String[] values) {
    if (values[position] != null) {
      kept.add(values[position]);
    }
  }

  @Override
  public String result() {
    String best = null;
    long most = 0;
    for (Map.Entry<String, Long> entry : kept.rows().entrySet()) {
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
    return Stream.concat(
            kept.values().stream().filter(value -> !value.equals(winner)).limit(5),
            kept.note().stream())
        .toList();
  }

  @Override
  public void merge(Aggregator later) {
    kept.addAll(((MostFrequentValue) later).kept);
  }
}
