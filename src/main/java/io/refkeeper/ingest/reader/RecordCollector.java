package io.refkeeper.ingest.reader;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import java.util.Arrays;

/** Collects the fields of one CSV record at a time, within bounds. */
final class RecordCollector extends CsvCallbackHandler<SourceRow> {

  static final int MAX_FIELD = 1024 * 1024;

  /** A quoted field of more lines is no text, but has a quote left open. */
  static final int MAX_QUOTED_LINES = 1000;

  private final Rejection rejection;
  private final long linesBefore;
  private String[] fields = new String[32];
  private int count;
  private long line;
  private int recordSize;
  private RecordType type = RecordType.DATA;

  /**
   * @param linesBefore lines of the file in front of what is parsed
   */
  RecordCollector(Rejection rejection, long linesBefore) {
    this.rejection = rejection;
    this.linesBefore = linesBefore;
  }

  @Override
  protected void beginRecord(long startingLineNumber) {
    line = linesBefore + startingLineNumber;
    count = 0;
    recordSize = 0;
    type = RecordType.DATA;
  }

  @Override
  protected void addField(char[] buffer, int offset, int length, boolean quoted) {
    recordSize += length;
    if (length > MAX_FIELD) {
      throw tooLong("Field %d has more than %d characters".formatted(count + 1, MAX_FIELD));
    }
    if (recordSize > SourceRow.MAX_CHARACTERS) {
      throw tooLong("The record has more than " + SourceRow.MAX_CHARACTERS + " characters");
    }
    if (quoted && length > MAX_QUOTED_LINES && lines(buffer, offset, length) > MAX_QUOTED_LINES) {
      throw new IllegalArgumentException("more lines in quotes than " + MAX_QUOTED_LINES);
    }
    if (count == fields.length) {
      if (count >= Header.MAX_COLUMNS) {
        throw rejection.atLine(
            "too_many_columns",
            "The record has more than " + Header.MAX_COLUMNS + " fields",
            line,
            "check the delimiter, and the line breaks");
      }
      fields = Arrays.copyOf(fields, count * 2);
    }
    fields[count++] = length == 0 ? "" : new String(buffer, offset, length);
  }

  /** Line breaks: CR, LF, or both together. */
  private static int lines(char[] buffer, int offset, int length) {
    int lines = 0;
    for (int i = offset; i < offset + length; i++) {
      boolean second = buffer[i] == '\n' && i > offset && buffer[i - 1] == '\r';
      lines += (buffer[i] == '\n' || buffer[i] == '\r') && !second ? 1 : 0;
    }
    return lines;
  }

  private FileRejectedException tooLong(String message) {
    return rejection.atLine(
        "field_too_long", message, line, "check the quotes and the line breaks");
  }

  @Override
  protected void setEmpty() {
    type = RecordType.EMPTY;
  }

  @Override
  protected void setComment(char[] buffer, int offset, int length) {
    throw new IllegalStateException("Comments are off");
  }

  @Override
  protected RecordType getRecordType() {
    return type;
  }

  @Override
  protected int getFieldCount() {
    return count;
  }

  @Override
  protected SourceRow buildRecord() {
    return new SourceRow(line, null, Arrays.copyOf(fields, count), null);
  }
}
