package io.refkeeper.export;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;

/**
 * Writes CSV (RFC 4180) whose every cell is a {@link SafeCell}. Rows go out as they come; nothing
 * is kept. Not for use by several threads.
 */
public final class SpreadsheetCsv implements Closeable {

  /** Tells Excel that the text is UTF-8; without it Chinese is shown as garbage. */
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final CsvWriter csv;

  private SpreadsheetCsv(Writer out) {
    this.csv = CsvWriter.builder().build(out);
  }

  /** Plain, for programs. Closing it closes the writer. */
  public static SpreadsheetCsv plain(Writer out) {
    return new SpreadsheetCsv(out);
  }

  /** With a byte order mark, for people. Closing it closes the writer. */
  public static SpreadsheetCsv forExcel(Writer out) {
    try {
      out.write(BYTE_ORDER_MARK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SpreadsheetCsv(out);
  }

  /** Writes a row; null is an empty cell. */
  public void row(List<?> cells) {
    csv.writeRecord(cells.stream().map(SafeCell::of).toList());
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
