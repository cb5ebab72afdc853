package io.refkeeper.ingest;

import io.refkeeper.config.CronSchedule;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Ingest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Body;
import org.apache.camel.component.file.GenericFile;

/**
 * {@code ingest.schedule}: a file is due when the schedule has fired since it lay in the inbox.
 * That is remembered by nobody but the file itself, so that a time which was missed, or which a
 * dead instance was at work on, is made up for at the next look.
 *
 * <p>When a file came is the time of its inode's last change, which a move sets and no program can
 * set back (a modification time may be that of another machine years ago), or when this instance
 * first saw it, if that was earlier.
 */
public final class InboxSchedule {

  private final CronSchedule schedule;
  private final Clock clock;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private Instant pruned = Instant.MIN;

  private record Seen(Object inode, Instant came) {}

  InboxSchedule(ManagementPolicy policy, Clock clock) {
    Ingest ingest = policy.ingest();
    boolean continuous = ingest.schedule().equals(Ingest.CONTINUOUS);
    this.schedule = continuous ? null : new CronSchedule(ingest.schedule(), policy.timeZone());
    this.clock = clock;
  }

  /** Whether it is a file's time to be loaded. */
  public boolean isDue(@Body GenericFile<File> file) throws IOException {
    try {
      return schedule == null || isDue(Path.of(file.getAbsoluteFilePath()));
    } catch (NoSuchFileException e) {
      return false; // another instance was faster
    }
  }

  boolean isDue(Path file) throws IOException {
    Instant now = clock.instant();
    Instant fired = schedule.lastBefore(now.plusMillis(1)).orElse(Instant.MIN);
    prune(fired);
    return came(file, now).isBefore(fired);
  }

  private Instant came(Path file, Instant now) throws IOException {
    Map<String, Object> unix =
        Files.readAttributes(file, "unix:ino,ctime", LinkOption.NOFOLLOW_LINKS);
    Object inode = unix.get("ino");
    Instant changed = ((FileTime) unix.get("ctime")).toInstant();
    return seen.merge(
            file.toString(),
            new Seen(inode, changed.isBefore(now) ? changed : now),
            (before, found) -> before.inode().equals(inode) ? before : found)
        .came();
  }

  /** Forgets what is gone, once after each time that the schedule fires. */
  private synchronized void prune(Instant fired) {
    if (fired.isAfter(pruned)) {
      pruned = fired;
      seen.keySet().removeIf(file -> !Files.exists(Path.of(file)));
    }
  }
}
