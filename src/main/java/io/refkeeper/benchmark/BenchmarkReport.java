package io.refkeeper.benchmark;

import io.refkeeper.benchmark.Samples.Sample;
import io.refkeeper.benchmark.Workload.Kind;
import io.refkeeper.benchmark.Workload.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What the benchmark found; the shape of {@code benchmark --json}.
 *
 * @param bytesPerRow of the CSV file of W1; null when no CSV file was made
 * @param seconds that the whole run took
 */
public record BenchmarkReport(
    Machine machine,
    int rows,
    int rounds,
    long seed,
    Long bytesPerRow,
    double seconds,
    List<Result> results) {

  /**
   * Where it ran.
   *
   * @param memoryMegabytes of the machine
   * @param loadAverage of the machine before the benchmark began; negative where unknown
   * @param heapMegabytes the most that this process may use
   * @param server {@code embedded} or its address
   * @param settings of the server, such as {@code fsync = on}
   */
  public record Machine(
      int cores,
      long memoryMegabytes,
      String system,
      double loadAverage,
      String java,
      long heapMegabytes,
      String postgresql,
      String server,
      List<String> settings) {}

  /**
   * One workload.
   *
   * @param perSecond the median of all rounds, in units
   * @param seconds of each round
   * @param heapMegabytes the most of all rounds; null when not measured
   */
  public record Result(
      String id,
      String title,
      String unit,
      long units,
      double perSecond,
      List<Double> seconds,
      Long heapMegabytes,
      List<Comparison> comparisons) {}

  /**
   * A figure beside its target.
   *
   * @param kind {@code ratio}, {@code rate} or {@code heap}
   * @param of the workload that a ratio compares with; null otherwise
   * @param value of a ratio the median of the rounds' ratios
   * @param target at least, of heap at most; null when there is none
   */
  public record Comparison(String kind, String of, double value, Double target, Boolean met) {}

  static List<Result> results(Samples samples) {
    List<Result> results = new ArrayList<>();
    for (Workload workload : Workload.values()) {
      if (!samples.of(workload).isEmpty()) {
        results.add(result(workload, samples));
      }
    }
    return List.copyOf(results);
  }

  private static Result result(Workload workload, Samples samples) {
    List<Sample> own = samples.of(workload);
    double rate = median(own.stream().mapToDouble(Sample::perSecond));
    Long heap =
        own.stream()
            .map(Sample::heapMegabytes)
            .filter(Objects::nonNull)
            .max(Long::compare)
            .orElse(null);
    List<Comparison> comparisons = new ArrayList<>();
    for (Target target : workload.targets()) {
      double value =
          switch (target.kind()) {
            case RATIO -> ratio(own, samples.of(target.of()));
            case RATE -> rate;
            case HEAP -> heap == null ? Double.NaN : heap;
          };
      comparisons.add(
          new Comparison(
              target.kind().name().toLowerCase(Locale.ROOT),
              target.kind() == Kind.RATIO ? target.of().id() : null,
              value,
              target.bound(),
              target.met(value).orElse(null)));
    }
    return new Result(
        workload.id(),
        workload.title(),
        workload.unit(),
        own.get(0).units(),
        rate,
        own.stream().map(Sample::seconds).toList(),
        heap,
        List.copyOf(comparisons));
  }

  /** Of pairs that were measured one after the other: what slows the machine slows both. */
  private static double ratio(List<Sample> own, List<Sample> others) {
    return median(
        IntStream.range(0, own.size())
            .mapToDouble(i -> own.get(i).perSecond() / others.get(i).perSecond()));
  }

  static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
        .average()
        .getAsDouble();
  }
}
