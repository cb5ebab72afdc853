package io.refkeeper.benchmark;

import io.refkeeper.benchmark.FactRows.Oddity;
import io.refkeeper.benchmark.MeasuredLoads.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** W1 to W6 and W9, beside plain COPY of the same file into the same tables. */
final class FactLoads {

  private final MeasuredLoads loads;
  private final BenchmarkTables tables;
  private final Set<Workload> workloads;
  private final Path folder;
  private final long seed;
  private final Map<String, FactFile> files = new TreeMap<>();

  FactLoads(
      MeasuredLoads loads,
      BenchmarkTables tables,
      Set<Workload> workloads,
      Path folder,
      long seed) {
    this.loads = loads;
    this.tables = tables;
    this.workloads = workloads;
    this.folder = folder;
    this.seed = seed;
  }

  /** Makes all files, so that their way to the disk falls into no measurement. */
  void makeFiles(BenchmarkOptions size) throws IOException {
    for (Workload workload : workloads) {
      file(workload, size);
    }
  }

  /** Measures every workload once, in turn. */
  void round(BenchmarkOptions size, Samples samples) throws IOException {
    makeFiles(size);
    for (Workload workload : workloads) {
      FactFile file = file(workload, size);
      switch (workload) {
        case C1 -> copy(workload, file, "benchmark.fact", samples);
        case C0 -> copy(workload, file, "benchmark.bare", samples);
        case W1, W2, W3, W4, W6 -> load(workload, file, "fact", samples);
        case W4B -> load(workload, file, "fact_check", samples);
        case W5 -> load(workload, file, "fact_database", samples);
        default -> {
          // measured elsewhere
        }
      }
    }
  }

  private FactFile file(Workload workload, BenchmarkOptions size) throws IOException {
    return switch (workload) {
      case C1, C0, W1, W5 -> csv(size, Oddity.NONE, 1);
      case W2 -> csv(size, Oddity.FEW_UNKNOWN, size.fewUnknownKeys());
      case W3 -> csv(size, Oddity.MANY_UNKNOWN, size.manyUnknownKeys());
      case W4 -> csv(size, Oddity.BAD, 1);
      case W4B -> csv(size, Oddity.NEGATIVE, 1);
      case W6 -> workbook(size.sheetRows());
      default -> null;
    };
  }

  /** W9: a large file, and one of a tenth of its size. Each is deleted when it is loaded. */
  void large(double gigabytes, long bytesPerRow, Samples samples) throws IOException {
    long rows = (long) (gigabytes * 1e9 / bytesPerRow);
    for (Workload workload : new Workload[] {Workload.L9, Workload.W9}) {
      FactFile file =
          FactFile.csv(
              folder.resolve("large.csv"),
              workload == Workload.L9 ? rows / 10 : rows,
              seed,
              Oddity.NONE,
              1);
      load(workload, file, "fact", samples);
      Files.delete(file.path());
    }
  }

  /** Of a row of W1, line break included. */
  long bytesPerRow() throws IOException {
    FactFile sample = FactFile.csv(folder.resolve("sample.csv"), 10_000, seed, Oddity.NONE, 1);
    Files.delete(sample.path());
    return Math.round((double) sample.bytes() / sample.rows());
  }

  private void copy(Workload workload, FactFile file, String table, Samples samples) {
    tables.reset();
    long start = System.nanoTime();
    tables.copy(file.path(), table);
    double seconds = (System.nanoTime() - start) / 1e9;
    Outcome.require(workload.id() + ", rows in the table", file.rows(), tables.count(table));
    samples.add(workload, file.rows(), seconds, null);
  }

  private void load(Workload workload, FactFile file, String domain, Samples samples) {
    tables.reset();
    Measured measured = loads.load(file, domain, domain.equals("fact"));
    samples.add(workload, file.rows(), measured.seconds(), measured.heapMegabytes());
  }

  private FactFile csv(BenchmarkOptions size, Oddity oddity, int unknownKeys) throws IOException {
    String name = "%s-%d.csv".formatted(oddity, size.rows());
    if (!files.containsKey(name)) {
      files.put(name, FactFile.csv(folder.resolve(name), size.rows(), seed, oddity, unknownKeys));
    }
    return files.get(name);
  }

  private FactFile workbook(int rows) throws IOException {
    String name = rows + ".xlsx";
    if (!files.containsKey(name)) {
      files.put(name, FactFile.workbook(folder.resolve(name), rows, seed));
    }
    return files.get(name);
  }
}
