package io.refkeeper.benchmark;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import io.refkeeper.benchmark.BenchmarkReport.Machine;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.runtime.Setup;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Measures what the design promises. It makes its own data, works in a database of its own, through
 * the installation's routes, and leaves nothing behind.
 */
public final class Benchmark {

  /**
   * Before the first round everything is done once with a tenth of the rows, at least these, so
   * that Java has compiled it: a service runs for months.
   */
  private static final int LEAST_WARM_UP_ROWS = 20_000;

  private final BenchmarkOptions options;
  private final Set<Workload> workloads;
  private final Consumer<String> progress;

  /**
   * @param progress hears of each figure as it comes
   */
  public Benchmark(BenchmarkOptions options, Consumer<String> progress) {
    this.options = options;
    this.workloads = Workload.withBaselines(options.workloads());
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @param environment names the server, see {@link io.refkeeper.database.TargetDatabase#open}
   * @param folder for files and the embedded server; deleted in the end
   * @param binaries where the programs of embedded servers are unpacked
   * @param routes of the installation
   * @throws ProblemException when the server cannot be used, or an outcome is not what it must be
   */
  public BenchmarkReport run(
      Map<String, String> environment, Path folder, Path binaries, Path routes) throws IOException {
    long start = System.nanoTime();
    double loadAverage = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    Samples samples = new Samples(progress);
    try (BenchmarkServer server = BenchmarkServer.open(environment, folder, binaries);
        BenchmarkFolder files = BenchmarkFolder.make(folder.resolve("files"))) {
      BenchmarkTables tables = new BenchmarkTables(server.database().dataSource());
      tables.create();
      Setup setup = files.setup(routes, Map.of());
      Long bytesPerRow = measure(server, setup, tables, samples);
      if (!Collections.disjoint(workloads, Workload.SYNCS)) {
        syncs(server, files, routes, new Place(folder, binaries), tables, samples);
      }
      return new BenchmarkReport(
          machine(loadAverage, server, tables),
          options.rows(),
          options.rounds(),
          options.seed(),
          bytesPerRow,
          (System.nanoTime() - start) / 1e9,
          BenchmarkReport.results(samples));
    }
  }

  private long measure(BenchmarkServer server, Setup setup, BenchmarkTables tables, Samples samples)
      throws IOException {
    DataSource database = server.database().dataSource();
    long bytesPerRow;
    try (RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, database, Mode.COMMAND)) {
      MeasuredLoads loads = new MeasuredLoads(runtime, tables);
      FactLoads facts = new FactLoads(loads, tables, workloads, setup.home(), options.seed());
      bytesPerRow = facts.bytesPerRow();
      if (options.rows() > warmUpRows()) {
        progress.accept("warming up");
        facts.round(sized(warmUpRows()), new Samples(figure -> {}));
      }
      for (int round = 1; round <= options.rounds(); round++) {
        progress.accept("round %d of %d".formatted(round, options.rounds()));
        facts.round(options, samples);
      }
      if (workloads.contains(Workload.H1)) {
        new NewKeys(loads, tables)
            .measure(
                setup.home().resolve("new_keys.csv"),
                options.newKeys(),
                options.keyRepetitions(),
                samples);
      }
      if (workloads.contains(Workload.W9)) {
        requireSpace(setup.home(), server.place().equals("embedded"));
        facts.large(options.largeGigabytes(), bytesPerRow, samples);
      }
    }
    if (workloads.contains(Workload.W7)) {
      SmallFiles small = new SmallFiles(setup, database, tables, options);
      for (int round = 1; round <= options.rounds(); round++) {
        small.measure(samples);
      }
    }
    return bytesPerRow;
  }

  private record Place(Path folder, Path binaries) {}

  private void syncs(
      BenchmarkServer server,
      BenchmarkFolder files,
      Path routes,
      Place place,
      BenchmarkTables tables,
      Samples samples) {
    try (LegacyPlans legacy = LegacyPlans.start(place.folder(), place.binaries());
        RefkeeperRuntime runtime =
            RefkeeperRuntime.start(
                files.setup(routes, legacy.environment()),
                server.database().dataSource(),
                Mode.COMMAND)) {
      ReferenceSyncs syncs = new ReferenceSyncs(runtime, tables, legacy);
      if (options.rows() > warmUpRows()) {
        syncs.measure(warmUpRows(), new Samples(figure -> {}));
      }
      for (int round = 1; round <= options.rounds(); round++) {
        syncs.measure(options.rows(), samples);
      }
    }
  }

  private int warmUpRows() {
    return Math.max(LEAST_WARM_UP_ROWS, options.rows() / 10);
  }

  private BenchmarkOptions sized(int rows) {
    return new BenchmarkOptions(
        rows, 1, options.seed(), options.workloads(), options.largeGigabytes());
  }

  /** The file, and what an embedded server makes of it: the table, and its log. */
  private void requireSpace(Path folder, boolean embedded) {
    double needed = options.largeGigabytes() * (embedded ? 3 : 1);
    double free = folder.toFile().getUsableSpace() / 1e9;
    if (free < needed) {
      throw new ProblemException(
          new Problem(
              "no_space",
              "W9 needs %.1f GB of free disk; there are %.1f".formatted(needed, free),
              folder.toString(),
              "set REFKEEPER_DATA to a folder on a larger disk, or ask for fewer gigabytes"));
    }
  }

  /** As -Xmx says; Runtime's own answer leaves one survivor space out. */
  private static long maxHeapBytes() {
    return Long.parseLong(
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("MaxHeapSize")
            .getValue());
  }

  private static Machine machine(
      double loadAverage, BenchmarkServer server, BenchmarkTables tables) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        system.getAvailableProcessors(),
        system.getTotalMemorySize() >> 20,
        "%s %s, %s".formatted(system.getName(), system.getVersion(), system.getArch()),
        loadAverage,
        System.getProperty("java.runtime.version"),
        maxHeapBytes() >> 20,
        tables.setting("server_version"),
        server.place(),
        List.of("fsync", "synchronous_commit", "shared_buffers", "max_wal_size").stream()
            .map(name -> name + " = " + tables.setting(name))
            .toList());
  }
}
