package io.refkeeper.ingest;

import io.refkeeper.ingest.reader.PlainRecord;
import io.refkeeper.ingest.transform.PlainColumns;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Rows that wait, as bytes one after the other; {@link HeldCursor} reads them. Most values of a row
 * are texts of its source as they are; these are stored once. Not thread-safe.
 *
 * <p>A row is its length in four bytes, its line, its sheet, its source's texts and its values.
 * Numbers are stored in groups of seven bits, the lowest first.
 */
final class HeldBlock {

  /** Bytes in front of a row, which tell how many follow. */
  static final int LENGTH_BYTES = 4;

  private static final int LONGEST_NUMBER = 10;

  /** So many rows are searched for the source of a column's value before it is given up. */
  private static final int SEARCHED_ROWS = 100;

  private byte[] bytes = new byte[1 << 10];
  private int length;
  private int begin;
  private long rows;

  /** By value: the source's value that it is a copy of in most rows; -1: none is known. */
  private int[] copyOf = {};

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** How many rows were added since the last {@link #clear}. */
  long rows() {
    return rows;
  }

  void clear() {
    length = 0;
    rows = 0;
  }

  void add(FactRow row) {
    String[] source = row.source().values();
    String[] values = row.values();
    begin(row.line(), row.source().sheet());
    number(source.length);
    for (String text : source) {
      text(text, 0);
    }
    if (copyOf.length != values.length) {
      copyOf = new int[values.length];
      Arrays.fill(copyOf, -1);
    }
    number(values.length);
    for (int i = 0; i < values.length; i++) {
      int original = original(i, values[i], source);
      if (original >= 0) {
        number(1 + original);
      } else {
        text(values[i], source.length);
      }
    }
    end();
  }

  /** A record that the columns have accepted. */
  void add(PlainRecord record, PlainColumns columns) {
    begin(record.line(), null);
    number(record.size());
    for (int i = 0; i < record.size(); i++) {
      text(record.bytes(), record.start(i), record.end(i), 0);
    }
    number(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      if (columns.isNull(i)) {
        number(0);
      } else if (columns.isField(i, record)) {
        number(1 + columns.fileIndex(i));
      } else {
        text(columns.bytes(i), columns.start(i), columns.end(i), record.size());
      }
    }
    end();
  }

  /** Appends all rows of another block. */
  void add(HeldBlock block) {
    reserve(block.length);
    System.arraycopy(block.bytes, 0, bytes, length, block.length);
    length += block.length;
    rows += block.rows;
  }

  private void begin(long line, String sheet) {
    begin = length;
    reserve(LENGTH_BYTES);
    length += LENGTH_BYTES;
    number(line);
    text(sheet, 0);
  }

  private void end() {
    int size = length - begin - LENGTH_BYTES;
    for (int i = 0; i < LENGTH_BYTES; i++) {
      bytes[begin + i] = (byte) (size >>> 8 * i);
    }
    rows++;
  }

  /** The source's value of which this one is a copy; -1: it has to be stored. */
  private int original(int column, String value, String[] source) {
    if (value == null) {
      return -1;
    }
    int usual = copyOf[column];
    if (usual < 0 && rows < SEARCHED_ROWS && !value.isEmpty()) {
      usual = Arrays.asList(source).indexOf(value);
      copyOf[column] = usual;
    }
    return usual >= 0 && usual < source.length && value.equals(source[usual]) ? usual : -1;
  }

  /** 0: null; up to {@code taken}: said otherwise; else the number of bytes, then these. */
  private void text(String text, int taken) {
    if (text == null) {
      number(0);
    } else {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      text(encoded, 0, encoded.length, taken);
    }
  }

  private void text(byte[] source, int start, int end, int taken) {
    number(1L + taken + end - start);
    reserve(end - start);
    System.arraycopy(source, start, bytes, length, end - start);
    length += end - start;
  }

  private void number(long number) {
    reserve(LONGEST_NUMBER);
    long rest = number;
    while (rest >= 128) {
      bytes[length++] = (byte) (rest | 128);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
