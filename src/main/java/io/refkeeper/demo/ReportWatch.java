package io.refkeeper.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Waits for the reports that the service leaves beside archived and rejected files. */
public final class ReportWatch implements AutoCloseable {

  private static final String REPORT = ".report.json";

  private final List<Path> folders;
  private final WatchService watch;
  private final Set<Path> seen = new HashSet<>();

  /**
   * @param folders must exist
   */
  public ReportWatch(Path... folders) throws IOException {
    this.folders = List.of(folders);
    this.watch = folders[0].getFileSystem().newWatchService();
    for (Path folder : folders) {
      folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
    }
  }

  /**
   * The next report that was not seen before, once the file that it tells of lies beside it.
   *
   * @return empty when none comes in time
   */
  public Optional<Path> next(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      for (Path folder : folders) {
        Optional<Path> report = unseen(folder);
        if (report.isPresent()) {
          seen.add(report.get());
          return report;
        }
      }
      var key = watch.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (key == null) {
        return Optional.empty();
      }
      key.pollEvents();
      key.reset();
    }
  }

  private Optional<Path> unseen(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(REPORT) && !seen.contains(file))
          .filter(file -> Files.exists(reported(file)))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path reported(Path report) {
    String name = report.getFileName().toString();
    return report.resolveSibling(name.substring(0, name.length() - REPORT.length()));
  }

  @Override
  public void close() {
    try {
      watch.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
