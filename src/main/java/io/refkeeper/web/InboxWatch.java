package io.refkeeper.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.refkeeper.problem.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks which files wait in the inbox and since when. Their own times say nothing: a copied file
 * keeps that of its original; so their age counts from when this process saw them first.
 */
public final class InboxWatch {

  private final Path inbox;
  private final Pattern excluded;
  private final Clock clock;
  private volatile Map<Path, Instant> firstSeen = Map.of();
  private volatile String problem;

  /**
   * @param excluded names that are no deliveries, as the route {@code ingest-inbox} has it
   */
  InboxWatch(Path inbox, String excluded, MeterRegistry registry, Clock clock) {
    this.inbox = inbox;
    this.excluded = Pattern.compile(excluded);
    this.clock = clock;
    Gauge.builder("refkeeper.inbox.files", this, watch -> watch.firstSeen.size())
        .description("Files that wait in the inbox")
        .register(registry);
    TimeGauge.builder(
            "refkeeper.inbox.oldest", this, TimeUnit.SECONDS, watch -> watch.oldest().toSeconds())
        .description("How long the oldest file of the inbox has been seen waiting")
        .register(registry);
  }

  /** Looks now. */
  public void look() {
    Instant now = clock.instant();
    Map<Path, Instant> before = firstSeen;
    Map<Path, Instant> seen = new HashMap<>();
    try {
      waiting().forEach(file -> seen.put(file, before.getOrDefault(file, now)));
      firstSeen = Map.copyOf(seen);
      problem = null;
    } catch (IOException | UncheckedIOException e) {
      problem = "the inbox %s cannot be read: %s".formatted(inbox, FileFailure.reason(e));
    }
  }

  private Collection<Path> waiting() throws IOException {
    try (Stream<Path> files = Files.list(inbox)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(file -> !excluded.matcher(file.getFileName().toString()).matches())
          .collect(Collectors.toList());
    }
  }

  private Duration oldest() {
    return firstSeen.values().stream()
        .min(Instant::compareTo)
        .map(since -> Duration.between(since, clock.instant()))
        .orElse(Duration.ZERO);
  }

  /**
   * Whether files get in.
   *
   * @param longest how long a file may wait; null: as long as it takes, because of a schedule
   */
  Condition inbox(Duration longest) {
    String wrong = problem;
    if (wrong != null) {
      return Condition.down(wrong);
    }
    Duration oldest = oldest();
    String waiting =
        "%d files wait, the oldest for %d s".formatted(firstSeen.size(), oldest.toSeconds());
    return longest != null && oldest.compareTo(longest) > 0
        ? Condition.down(waiting)
        : Condition.up(waiting);
  }
}
