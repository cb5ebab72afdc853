package io.refkeeper.retention;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that ingest has put into the archive: {@code yyyyMMdd-HHmmss-xxxxxxxx-name}, each with
 * its reports. The age is that of the delivery, which the name tells; the file's own time can be
 * anything. What is named otherwise, and what is no plain file, is somebody else's and stays.
 */
final class ArchivedFiles {

  private static final Pattern NAME = Pattern.compile("(\\d{8}-\\d{6})-[0-9a-f]{8}-.+");
  private static final Pattern REPORT = Pattern.compile(".*\\.(report\\.(json|txt)|rejects\\.csv)");
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Path folder;
  private final ZoneId timeZone;

  /**
   * @param timeZone of the times in names
   */
  ArchivedFiles(Path folder, ZoneId timeZone) {
    this.folder = folder;
    this.timeZone = timeZone;
  }

  /**
   * Deletes deliveries from before an instant.
   *
   * @return how many files, reports not counted
   */
  long deleteBefore(Instant limit, boolean dryRun) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    long deleted = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (isOlder(file, limit)) {
          deleted += REPORT.matcher(file.getFileName().toString()).matches() ? 0 : 1;
          if (!dryRun) {
            Files.deleteIfExists(file);
          }
        }
      }
      return deleted;
    } catch (IOException e) {
      throw new UncheckedIOException("Old files in %s cannot be deleted".formatted(folder), e);
    }
  }

  private boolean isOlder(Path file, Instant limit) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!name.matches() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      return LocalDateTime.parse(name.group(1), STAMP).atZone(timeZone).toInstant().isBefore(limit);
    } catch (DateTimeException e) {
      return false; // eight digits that are no day
    }
  }
}
