package io.refkeeper.ingest.reader;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.refkeeper.config.Domain.FileFormat;
import io.refkeeper.ingest.reader.TextLocator.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads CSV (RFC 4180) in whatever encoding and with whatever delimiter people send it. Lines
 * without any value are skipped. Well-formed UTF-8 is scanned as bytes; whatever else it is, and
 * the rest of the file behind it, is the CSV parser's.
 */
final class CsvRowReader implements RowReader {

  private static final int SAMPLE = 64 * 1024;
  private static final String QUOTES =
      "write a quote inside a quoted field twice, and nothing after a closing quote";
  private static final Pattern MARKUP =
      Pattern.compile("\\s*<(\\?xml|!doctype|html|head|meta|table)\\b", Pattern.CASE_INSENSITIVE);

  private final Path file;
  private final Rejection rejection;
  private final TextEncoding encoding;
  private final char delimiter;
  private final long totalBytes;
  private final ContentHash hash = new ContentHash();
  private RecordScanner scanner;
  private volatile StrictTextReader text;
  private CloseableIterator<SourceRow> records;
  private final List<String> header;

  CsvRowReader(Path file, Rejection rejection, FileFormat format) throws IOException {
    this.file = file;
    this.rejection = rejection;
    this.totalBytes = Files.size(file);
    this.encoding = TextEncoding.of(file, format.charset(), rejection);
    String sample = sample();
    if (MARKUP.matcher(sample).lookingAt()) {
      throw rejection.of(
          "markup_file",
          "The file is a page or a table in HTML or XML, whatever its name says",
          "open it in Excel and save it as .xlsx or CSV");
    }
    this.delimiter =
        format.delimiter().equals(FileFormat.AUTO)
            ? DelimiterDetector.detect(sample, format.headerRow())
            : format.delimiter().charAt(0);
    hash.add(encoding.mark(), 0, encoding.bomLength(), 0);
    if (encoding.charset().equals(StandardCharsets.UTF_8) && delimiter < 128) {
      int start = encoding.bomLength();
      this.scanner = new RecordScanner(TextEncoding.open(file, start), hash, start, delimiter);
    } else {
      parse(encoding.bomLength(), 0);
    }
    try {
      this.header = format.headerRow() == 0 ? List.of() : readHeader(format.headerRow());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void parse(long offset, long linesBefore) throws IOException {
    text = new StrictTextReader(file, encoding, offset, hash);
    records =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            .skipEmptyLines(true)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .maxBufferSize(2 * RecordCollector.MAX_FIELD)
            .build(new RecordCollector(rejection, linesBefore), text)
            .iterator();
  }

  private String sample() throws IOException {
    char[] chars = new char[SAMPLE];
    int length = 0;
    try (StrictTextReader reader = new StrictTextReader(file, encoding)) {
      int n = 0;
      while (length < SAMPLE && n >= 0) {
        length += n;
        n = reader.read(chars, length, SAMPLE - length);
      }
    } catch (StrictTextReader.FaultyTextException e) {
      throw faultyText();
    }
    return new String(chars, 0, length);
  }

  private List<String> readHeader(int headerRow) {
    SourceRow row = next();
    if (row == null) {
      throw rejection.of("empty_file", "The file holds no line of text", "deliver it again");
    }
    while (row != null && row.line() < headerRow) {
      row = next();
    }
    if (row == null) {
      throw rejection.of(
          "missing_header",
          "The file ends before line " + headerRow + ", where its header should be",
          "correct format.header_row of the domain, or the file");
    }
    return Header.names(row.values(), rejection, "line " + row.line());
  }

  @Override
  public List<String> header() {
    return header;
  }

  @Override
  public SourceRow next() {
    try {
      SourceRow row = nextRecord();
      while (row != null && isBlank(row.values())) {
        row = nextRecord();
      }
      return row;
    } catch (CsvParseException | UncheckedIOException e) {
      throw rejected(e);
    }
  }

  private SourceRow nextRecord() {
    if (isScanned()) {
      return scanner.takeRow();
    }
    return records != null && records.hasNext() ? records.next() : null;
  }

  /** Whether the next record is found by the scanner; else it, and all others, are the parser's. */
  private boolean isScanned() {
    try {
      if (records != null || scanner.advance()) {
        return records == null;
      }
      if (!scanner.isAtEnd()) {
        parse(scanner.offset(), scanner.linesBefore());
        scanner.close();
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public PlainRecord peekPlain() {
    return isScanned() && scanner.isPlain() ? scanner : null;
  }

  static boolean isBlank(String[] values) {
    for (String value : values) {
      if (!Text.isBlank(value)) {
        return false;
      }
    }
    return true;
  }

  private RuntimeException rejected(RuntimeException e) {
    try {
      if (e.getCause() instanceof FileRejectedException rejected) {
        return rejected;
      }
      if (e.getCause() instanceof StrictTextReader.FaultyTextException) {
        return faultyText();
      }
      return e.getCause() instanceof IOException io ? new UncheckedIOException(io) : malformed(e);
    } catch (IOException io) {
      return new UncheckedIOException(io);
    }
  }

  /** The file is read again to tell where: the CSV parser knows the record at best. */
  private RuntimeException malformed(RuntimeException e) throws IOException {
    TextLocator.FieldFault fault;
    try {
      fault = TextLocator.fieldFault(file, encoding, delimiter);
    } catch (StrictTextReader.FaultyTextException faulty) {
      return faultyText();
    }
    if (fault == null) {
      return rejection.of("malformed_csv", e.getMessage(), QUOTES, e);
    }
    return switch (fault.kind()) {
      case OPEN_QUOTE ->
          rejection.at(
              "unbalanced_quote",
              "A quote opens here and is not closed within "
                  + RecordCollector.MAX_FIELD
                  + " characters or "
                  + RecordCollector.MAX_QUOTED_LINES
                  + " lines",
              fault.at(),
              "close the quote; write a quote inside a quoted field twice");
      case TEXT_AFTER_QUOTE ->
          rejection.at(
              "malformed_csv",
              "Text follows the closing quote of the field that opens in line "
                  + fault.opened().line()
                  + ", column "
                  + fault.opened().column(),
              fault.at(),
              QUOTES);
      case TOO_LONG ->
          rejection.at(
              "field_too_long",
              "A field begins here that has more than " + RecordCollector.MAX_FIELD + " characters",
              fault.at(),
              "check the delimiter, and the line breaks");
    };
  }

  private FileRejectedException faultyText() throws IOException {
    Position at = TextLocator.firstFault(file, encoding);
    return at.nul()
        ? rejection.at(
            "nul_character",
            "The file contains a NUL character at offset " + at.byteOffset(),
            at,
            "the file is damaged, or no text; deliver it again")
        : rejection.at(
            "undecodable_text",
            "The bytes at offset " + at.byteOffset() + " are no " + encoding.names(),
            at,
            "save the file as UTF-8, or name its charset in the domain's format");
  }

  @Override
  public String contentSha256() {
    return hash.sha256();
  }

  @Override
  public long bytesRead() {
    return text == null ? scanner.bytesRead() : text.bytesRead();
  }

  @Override
  public long totalBytes() {
    return totalBytes;
  }

  @Override
  public void close() {
    try {
      if (scanner != null) {
        scanner.close();
      }
      if (text != null) {
        text.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
