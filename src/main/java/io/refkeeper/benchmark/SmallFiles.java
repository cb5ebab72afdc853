package io.refkeeper.benchmark;

import io.refkeeper.benchmark.FactRows.Oddity;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.runtime.Setup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.commons.io.FileUtils;

/** W7: many small files dropped at once into the inbox of a running service. */
final class SmallFiles {

  /** So long may nothing happen before it is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration STEP = Duration.ofMillis(50);

  private final Setup setup;
  private final DataSource database;
  private final BenchmarkTables tables;
  private final BenchmarkOptions options;

  SmallFiles(Setup setup, DataSource database, BenchmarkTables tables, BenchmarkOptions options) {
    this.setup = setup;
    this.database = database;
    this.tables = tables;
    this.options = options;
  }

  /** Measures from the first rename into the inbox until the last file is in the archive. */
  void measure(Samples samples) throws IOException {
    Path outgoing = setup.home().resolve("outgoing");
    Files.createDirectories(outgoing);
    int files = options.smallFiles();
    for (int i = 0; i < files; i++) {
      FactFile.csv(
          outgoing.resolve("small%05d.csv".formatted(i)),
          BenchmarkOptions.ROWS_OF_A_SMALL_FILE,
          options.seed() + i,
          Oddity.NONE,
          1);
    }
    tables.reset();
    Path archive = setup.home().resolve("archive");
    HeapPeak heap = new HeapPeak();
    heap.reset();
    try (RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, database, Mode.INBOX)) {
      long start = System.nanoTime();
      drop(outgoing, runtime.inbox());
      await(archive, files);
      samples.add(Workload.W7, files, (System.nanoTime() - start) / 1e9, heap.megabytes());
    }
    requireOutcome(archive, files);
    FileUtils.deleteDirectory(archive.toFile());
  }

  private static void drop(Path outgoing, Path inbox) throws IOException {
    try (Stream<Path> files = Files.list(outgoing)) {
      for (Path file : files.sorted().toList()) {
        Files.move(file, inbox.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static void await(Path archive, int files) {
    long lastChange = System.nanoTime();
    long before = 0;
    for (long there = 0; there < files; there = archived(archive)) {
      if (there != before) {
        before = there;
        lastChange = System.nanoTime();
      } else if (System.nanoTime() - lastChange > PATIENCE.toNanos()
          || Thread.currentThread().isInterrupted()) {
        throw Outcome.wrong(
            "W7: of %,d files %,d were loaded, then nothing happened".formatted(files, there));
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }

  private static long archived(Path archive) {
    if (!Files.isDirectory(archive)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(archive)) {
      return files.filter(file -> file.toString().endsWith(".csv")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireOutcome(Path archive, int files) {
    long rows = (long) files * BenchmarkOptions.ROWS_OF_A_SMALL_FILE;
    Outcome.require("W7, files in the archive", files, archived(archive));
    Outcome.require("W7, rows in the table", rows, tables.count("benchmark.fact"));
    Outcome.require(
        "W7, distinct rows in the table",
        rows,
        tables.count("(select distinct * from benchmark.fact) f"));
    Outcome.require(
        "W7, rows of the ledger",
        files,
        tables.count("refkeeper.load_run where status = 'loaded' and rows_loaded = 100"));
  }
}
