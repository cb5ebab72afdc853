package io.refkeeper.cli;

import io.refkeeper.benchmark.Benchmark;
import io.refkeeper.benchmark.BenchmarkOptions;
import io.refkeeper.benchmark.BenchmarkReport;
import io.refkeeper.benchmark.Workload;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Measures loads beside plain COPY, and syncs. */
@Command(
    name = "benchmark",
    description = {
      "Measures loads beside what psql's \\copy does with the same file, in one run; and syncs.",
      "Makes its own data in a database of its own, refkeeper_benchmark, on an embedded server or"
          + " the one that REFKEEPER_DB_URL names; removes both in the end. Needs 2 GB of disk at the"
          + " usual size, and on a server of yours an account with CREATEDB that may set"
          + " session_replication_role."
    },
    footer = {
      "",
      "C0, C1: COPY of W1's file as \\copy does it. H1, H3: the inserts of W8 written by hand."
          + " /S: rows, files or keys a second, the median of all rounds; X: how many times that of"
          + " the line named OF; HEAP: the most megabytes of Java heap, garbage included.",
      "The process has a heap of 256 MB; REFKEEPER_JAVA_OPTIONS=-Xmx1g gives it more.",
      "",
      "Example:",
      "  refkeeper benchmark --quick",
      "  refkeeper benchmark --only W1,W5 --rows 3000000",
      "  refkeeper benchmark --10gb"
    })
final class BenchmarkCommand implements Callable<Integer> {

  private static final int FULL_SIZE = 1_000_000;
  private static final int QUICK_SIZE = 120_000;
  private static final int SMALLEST = 100;
  private static final int FULL_ROUNDS = 3;

  @ParentCommand private Refkeeper refkeeper;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description =
          "Rows of a file of W1 to W5, of W10's table (default: 1000000); W6 to W8 shrink with it.")
  private Integer rows;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each workload is measured, in turn with the others (default: 3).")
  private Integer rounds;

  @Option(names = "--quick", description = "120000 rows, one round: less than two minutes.")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "W",
      split = ",",
      description = "Only these, and what they are compared with: W1 to W10.")
  private List<String> only = List.of();

  @Option(names = "--10gb", description = "Only W9: a CSV file of 10 GB, and one of 1 GB.")
  private boolean tenGigabytes;

  @Option(
      names = "--gigabytes",
      paramLabel = "N",
      defaultValue = "10",
      description = "Size of W9's file (default: ${DEFAULT-VALUE}).")
  private double gigabytes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "7",
      description = "Of the data (default: ${DEFAULT-VALUE}): the same seed, the same files.")
  private long seed;

  @Override
  public Integer call() throws Exception {
    BenchmarkOptions options = options();
    BenchmarkReport report = measure(options);
    if (refkeeper.json()) {
      refkeeper.output().json(report);
    } else {
      BenchmarkText.print(report, refkeeper.output());
    }
    return ExitCode.DONE;
  }

  private BenchmarkReport measure(BenchmarkOptions options) throws IOException {
    Installation installation = refkeeper.installation();
    Path data = installation.data();
    try {
      return new Benchmark(options, this::progress)
          .run(
              installation.environment(),
              data.resolve("benchmark"),
              data.resolve("binaries"),
              installation.routes());
    } catch (ClosedByInterruptException e) {
      Thread.currentThread().interrupt(); // what was closed on the way out may have cleared it
      throw e;
    }
  }

  private void progress(String sentence) {
    if (!refkeeper.json()) {
      refkeeper.complain(sentence);
    }
  }

  private BenchmarkOptions options() {
    int size = rows != null ? rows : quick ? QUICK_SIZE : FULL_SIZE;
    int times = rounds != null ? rounds : quick ? 1 : FULL_ROUNDS;
    if (size < SMALLEST || times < 1 || gigabytes <= 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--rows must be %d or more, --rounds 1 or more, --gigabytes more than 0"
              .formatted(SMALLEST));
    }
    return new BenchmarkOptions(size, times, seed, workloads(), gigabytes);
  }

  private Set<Workload> workloads() {
    if (only.isEmpty()) {
      return tenGigabytes ? EnumSet.of(Workload.W9) : Workload.usual();
    }
    Set<Workload> chosen = EnumSet.noneOf(Workload.class);
    only.forEach(name -> chosen.add(workload(name)));
    if (tenGigabytes) {
      chosen.add(Workload.W9);
    }
    return chosen;
  }

  private Workload workload(String name) {
    return Arrays.stream(Workload.values())
        .filter(workload -> workload.name().equals(name.strip().toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "--only: there is no workload %s; there are %s"
                        .formatted(
                            name,
                            Arrays.stream(Workload.values())
                                .map(Workload::id)
                                .collect(Collectors.joining(", ")))));
  }
}
