package io.refkeeper.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.refkeeper.export.SpreadsheetCsv;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.quarantine.QuarantinedRow;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * Moves a file to where it belongs after its transaction, beside its report. Can be repeated; a
 * file that was given on the command line stays where it is.
 */
public final class Archive {

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path archive;
  private final Path rejected;
  private final ZoneId timeZone;

  /**
   * @param timeZone of the times in names
   */
  public Archive(Path archive, Path rejected, ZoneId timeZone) {
    this.archive = archive;
    this.rejected = rejected;
    this.timeZone = timeZone;
  }

  /** Moves a loaded file, or a duplicate, to the archive. */
  public FileResult store(
      @Body FileResult result, @ExchangeProperty("delivery") Delivery delivery) {
    if (delivery.claim() != null) {
      CrashPoint.COMMITTED.pass();
      move(delivery, archive, result, List.of());
    }
    return result;
  }

  /** Moves a rejected file, with its bad rows as CSV. */
  public FileResult reject(
      @Body FileResult result,
      @ExchangeProperty("delivery") Delivery delivery,
      @ExchangeProperty(Loads.FILE_LOAD) FileLoad load) {
    if (delivery.claim() != null) {
      CrashPoint.REJECTION_COMMITTED.pass();
      move(delivery, rejected, result, load == null ? List.of() : load.rejects());
    }
    return result;
  }

  /** Where a rejected delivery is or will be, for people. */
  String placeOfRejected(Delivery delivery) {
    return delivery.claim() == null
        ? delivery.file() + " (left where it is)"
        : rejected.resolve("*-" + shortId(delivery) + "-" + safeName(delivery)).toString();
  }

  /**
   * Reports first: where the file is, its report is. The name is the delivery's own, so that a
   * repetition overwrites what an earlier one has left.
   */
  private void move(
      Delivery delivery, Path folder, FileResult result, List<QuarantinedRow> rejects) {
    if (!Files.exists(delivery.file())) {
      return; // taken over by another instance, while this one had lost its lock
    }
    String name =
        "%s-%s-%s"
            .formatted(
                LocalDateTime.ofInstant(delivery.received(), timeZone).format(STAMP),
                shortId(delivery),
                safeName(delivery));
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(name + ".report.json"), JSON.writeValueAsString(result));
      Files.writeString(folder.resolve(name + ".report.txt"), ReportText.of(result));
      if (!rejects.isEmpty()) {
        writeRejects(folder.resolve(name + ".rejects.csv"), rejects);
      }
      CrashPoint.REPORT_WRITTEN.pass();
      Files.move(delivery.file(), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      CrashPoint.FILE_MOVED.pass();
      Inbox.remove(delivery.claim());
      CrashPoint.FILE_ARCHIVED.pass();
    } catch (IOException e) {
      throw new StorageFailure(
          "%s stays in %s, and is moved to %s as soon as that can be written to"
              .formatted(delivery.name(), delivery.claim(), folder),
          e);
    }
  }

  private static void writeRejects(Path file, List<QuarantinedRow> rejects) throws IOException {
    Writer out = new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8);
    try (SpreadsheetCsv csv = SpreadsheetCsv.plain(out)) {
      csv.row(List.of("sheet", "line", "column", "value", "code", "reason", "original"));
      for (QuarantinedRow row : rejects) {
        csv.row(
            Arrays.asList(
                row.sheet(),
                row.line(),
                row.column(),
                row.value(),
                row.code(),
                row.reason(),
                row.original()));
      }
    }
  }

  private static String shortId(Delivery delivery) {
    return delivery.id().toString().substring(0, 8);
  }

  /** The name without anything that a file system or a shell could take for more than a name. */
  private static String safeName(Delivery delivery) {
    String name = delivery.name().replaceAll("[\\p{Cntrl}/\\\\:*?\"<>|]", "_");
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= 180 ? name : "long-name";
  }
}
