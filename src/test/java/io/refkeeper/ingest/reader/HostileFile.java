package io.refkeeper.ingest.reader;

import io.refkeeper.config.Domain.FileFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file that somebody might deliver, and what must come of it.
 *
 * @param sheets of a workbook; empty: the first
 * @param outcome the rows or the rejection, as {@link ReadingOutcome} puts them
 */
record HostileFile(
    String name, FileFormat format, List<String> sheets, byte[] content, String outcome) {

  private static final FileFormat AUTO = new FileFormat("auto", "auto", 1);

  /** All of them. */
  static final List<HostileFile> ALL =
      Stream.of(
              HostileText.files(),
              HostileCsv.files(),
              HostilePackages.files(),
              HostileXml.files(),
              HostileSheets.files(),
              HostileCells.files())
          .flatMap(List::stream)
          .toList();

  static HostileFile file(String name, byte[] content, String outcome) {
    return new HostileFile(name, AUTO, List.of(), content, outcome);
  }

  /** A text in UTF-8. */
  static HostileFile file(String name, String content, String outcome) {
    return file(name, content.getBytes(StandardCharsets.UTF_8), outcome);
  }

  static HostileFile file(String name, XlsxFile content, String outcome) {
    return file(name, content.bytes(), outcome);
  }

  @Override
  public String toString() {
    return name;
  }

  HostileFile sheets(String... names) {
    return new HostileFile(name, format, List.of(names), content, outcome);
  }

  HostileFile headerRow(int row) {
    FileFormat other = new FileFormat(format.charset(), format.delimiter(), row);
    return new HostileFile(name, other, sheets, content, outcome);
  }

  HostileFile charset(String charset) {
    FileFormat other = new FileFormat(charset, format.delimiter(), format.headerRow());
    return new HostileFile(name, other, sheets, content, outcome);
  }

  /** Bytes of texts (in that charset) and byte values, one after the other. */
  static byte[] bytes(String charset, Object... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Object part : parts) {
      if (part instanceof Integer value) {
        all.write(value);
      } else {
        all.writeBytes(part.toString().getBytes(Charset.forName(charset)));
      }
    }
    return all.toByteArray();
  }
}
