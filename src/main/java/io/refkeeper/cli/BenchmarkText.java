package io.refkeeper.cli;

import io.refkeeper.benchmark.BenchmarkReport;
import io.refkeeper.benchmark.BenchmarkReport.Comparison;
import io.refkeeper.benchmark.BenchmarkReport.Machine;
import io.refkeeper.benchmark.BenchmarkReport.Result;
import java.util.List;

/** A benchmark's report for people: where it ran, then a table of at most 80 columns. */
final class BenchmarkText {

  private static final Comparison NONE = new Comparison("", null, Double.NaN, null, null);

  /** Workloads with an amount of their own. */
  private static final List<String> OTHER_SIZES = List.of("W6", "W7", "W8", "L9", "W9");

  private BenchmarkText() {}

  static void print(BenchmarkReport report, Output output) {
    Machine machine = report.machine();
    output.prose(
        "",
        "Machine: %d cores, %,d MB of memory, %s; load average before: %.1f"
            .formatted(
                machine.cores(),
                machine.memoryMegabytes(),
                machine.system(),
                machine.loadAverage()));
    output.prose(
        "",
        "PostgreSQL %s, %s; %s"
            .formatted(
                machine.postgresql(), machine.server(), String.join(", ", machine.settings())));
    output.prose(
        "", "Java %s, heap of at most %d MB".formatted(machine.java(), machine.heapMegabytes()));
    output.prose("", data(report));
    output.line("");
    TextTable table = new TextTable("ID", "WORKLOAD", "/S", "X", "OF", "TARGET", "MET", "HEAP");
    report.results().forEach(result -> add(table, result));
    table.lines(output.width() - 1).forEach(output::line);
  }

  private static String data(BenchmarkReport report) {
    StringBuilder text =
        new StringBuilder(
            "Data: %,d rows of 22 columns and %d bytes, four text foreign keys"
                .formatted(report.rows(), report.bytesPerRow()));
    for (Result result : report.results()) {
      if (OTHER_SIZES.contains(result.id())) {
        text.append("; %s: %,d %s".formatted(result.id(), result.units(), result.unit()));
      }
    }
    return text.append(
            "; seed %d; rounds: %d; %.0f s in all"
                .formatted(report.seed(), report.rounds(), report.seconds()))
        .toString();
  }

  private static void add(TextTable table, Result result) {
    List<Comparison> comparisons =
        result.comparisons().isEmpty() ? List.of(NONE) : result.comparisons();
    boolean first = true;
    for (Comparison comparison : comparisons) {
      table.add(
          first ? result.id() : "",
          first ? result.title() : "",
          first ? Math.round(result.perSecond()) : null,
          comparison.kind().equals("ratio") ? "%.2f".formatted(comparison.value()) : "",
          comparison.of() == null ? "" : comparison.of(),
          target(comparison),
          comparison.met() == null ? "" : comparison.met() ? "yes" : "no",
          first ? result.heapMegabytes() : null);
      first = false;
    }
  }

  private static String target(Comparison comparison) {
    if (comparison.target() == null) {
      return "";
    }
    return switch (comparison.kind()) {
      case "ratio" -> ">= %.2f".formatted(comparison.target());
      case "heap" -> "<= %.0f MB".formatted(comparison.target());
      default -> ">= %,.0f".formatted(comparison.target());
    };
  }
}
