package io.refkeeper.benchmark;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What was measured so far, in the order of the rounds; tells of each figure as it comes. */
final class Samples {

  private final Map<Workload, List<Sample>> all = new EnumMap<>(Workload.class);
  private final Consumer<String> progress;

  /**
   * @param progress hears of each figure; for people who wait
   */
  Samples(Consumer<String> progress) {
    this.progress = progress;
  }

  /**
   * One measurement.
   *
   * @param units rows, files or keys
   * @param heapMegabytes the most heap while it ran; null when that says nothing
   */
  record Sample(long units, double seconds, Long heapMegabytes) {
    double perSecond() {
      return units / seconds;
    }
  }

  void add(Workload workload, long units, double seconds, Long heapMegabytes) {
    Sample sample = new Sample(units, seconds, heapMegabytes);
    all.computeIfAbsent(workload, w -> new ArrayList<>()).add(sample);
    progress.accept(
        "%s: %s, %,d %s in %.3f s, %,.0f/s"
            .formatted(
                workload.id(),
                workload.title(),
                units,
                workload.unit(),
                seconds,
                sample.perSecond()));
  }

  List<Sample> of(Workload workload) {
    return all.getOrDefault(workload, List.of());
  }
}
