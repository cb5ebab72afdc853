package io.refkeeper.ingest.reader;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.refkeeper.config.Domain.FileFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A UTF-8 file read twice: by the reader with its scanner over bytes, and by the parser alone. */
final class TwoReaders {

  private TwoReaders() {}

  /** A row; the line is 0 where the reader does not tell it. */
  private record Row(long line, List<String> values) {
    boolean isLike(Row parsed) {
      return values.equals(parsed.values) && (line == 0 || line == parsed.line);
    }
  }

  /** Rows in front of the damage count for nothing. */
  private static final List<Row> REJECTED = List.of(new Row(-1, List.of()));

  /** What the parser would read all the same: pages, workbooks. */
  private static final List<Row> NO_CSV = List.of(new Row(-2, List.of()));

  private static final Set<String> DAMAGE =
      Set.of(
          "empty_file",
          "field_too_long",
          "malformed_csv",
          "nul_character",
          "unbalanced_quote",
          "undecodable_text");

  /** In what they differ; empty: in nothing. */
  static Optional<String> difference(Path path) throws IOException {
    List<Row> scanned = scanned(path);
    if (scanned == NO_CSV) {
      return Optional.empty();
    }
    List<Row> parsed = parsed(path);
    for (int i = 0; i < Math.min(scanned.size(), parsed.size()); i++) {
      if (!scanned.get(i).isLike(parsed.get(i))) {
        return Optional.of(
            "row %d: scanned %s, parsed %s".formatted(i, scanned.get(i), parsed.get(i)));
      }
    }
    return scanned.size() == parsed.size()
        ? Optional.empty()
        : Optional.of("%d rows scanned, %d parsed".formatted(scanned.size(), parsed.size()));
  }

  /** The number of rows that the parser finds. */
  static int rows(Path path) throws IOException {
    return parsed(path).size();
  }

  /** Every other row is taken as bytes where it can be. */
  private static List<Row> scanned(Path path) {
    List<Row> rows = new ArrayList<>();
    FileFormat format = new FileFormat("UTF-8", ",", 0);
    try (RowReader reader = RowReaders.open(path, format, List.of())) {
      while (true) {
        PlainRecord plain = rows.size() % 2 == 0 ? reader.peekPlain() : null;
        Row bytes = plain == null ? null : new Row(0, texts(plain));
        if (bytes != null && !isBlank(bytes)) {
          rows.add(bytes);
          plain.take();
          continue;
        }
        SourceRow row = reader.next();
        if (row == null) {
          break;
        }
        rows.add(new Row(row.line(), List.of(row.values())));
      }
      if (!reader.contentSha256().equals(ContentHash.of(path))) {
        throw new IllegalStateException("The hash is not that of the file's bytes");
      }
    } catch (FileRejectedException e) {
      return DAMAGE.contains(e.problems().get(0).code()) ? REJECTED : NO_CSV;
    }
    return rows;
  }

  private static List<String> texts(PlainRecord record) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < record.size(); i++) {
      int length = record.end(i) - record.start(i);
      texts.add(new String(record.bytes(), record.start(i), length, StandardCharsets.UTF_8));
    }
    return texts;
  }

  private static List<Row> parsed(Path path) throws IOException {
    List<Row> rows = new ArrayList<>();
    Rejection rejection = new Rejection("f.csv");
    if (Files.size(path) == 0) {
      return REJECTED;
    }
    try {
      TextEncoding encoding = TextEncoding.of(path, "UTF-8", rejection);
      try (StrictTextReader text = new StrictTextReader(path, encoding)) {
        Iterator<SourceRow> records =
            CsvReader.builder()
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .maxBufferSize(2 * RecordCollector.MAX_FIELD)
                .build(new RecordCollector(rejection, 0), text)
                .iterator();
        while (records.hasNext()) {
          SourceRow record = records.next();
          Row row = new Row(record.line(), List.of(record.values()));
          if (!isBlank(row)) {
            rows.add(row);
          }
        }
      }
    } catch (UncheckedIOException | CsvParseException | FileRejectedException e) {
      return REJECTED;
    }
    return rows;
  }

  private static boolean isBlank(Row row) {
    return CsvRowReader.isBlank(row.values().toArray(String[]::new));
  }
}
