package io.refkeeper.ingest;

import io.refkeeper.database.copy.EncodedRows;
import io.refkeeper.ingest.reader.SourceRow;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Goes over rows that wait, one after the other, without making texts of what nobody asks for. Used
 * by one thread.
 */
final class HeldCursor {

  private final Source source;
  private byte[] bytes;
  private int position;
  private int limit;
  private int size;
  private long line;
  private String sheet;
  private int fields;
  private int columns;

  /** Where the texts of the source, and the values behind them, begin and end; -1: null. */
  private int[] starts = new int[64];

  private int[] ends = new int[64];

  /** By value: the text of the source that it is a copy of; -1: none. */
  private int[] copyOf = new int[64];

  /** More bytes of a block of rows. */
  @FunctionalInterface
  interface Source {
    /**
     * Reads at least one byte.
     *
     * @return how many were read; 0: there are no more
     */
    int read(byte[] into, int offset);
  }

  /**
   * @param block holds the first of the rows; not changed
   * @param length how many of its bytes
   * @param source has the rest
   */
  HeldCursor(byte[] block, int length, Source source) {
    this.bytes = block;
    this.limit = length;
    this.source = source;
  }

  /** Moves to the next row; false behind the last one. */
  boolean next() {
    if (!require(HeldBlock.LENGTH_BYTES)) {
      return false;
    }
    size = 0;
    for (int i = 0; i < HeldBlock.LENGTH_BYTES; i++) {
      size |= (bytes[position + i] & 255) << 8 * i;
    }
    position += HeldBlock.LENGTH_BYTES;
    if (!require(size)) {
      throw new StorageFailure("Rows that waited cannot be read back: they are cut off", null);
    }
    int end = position + size;
    line = number();
    sheet = text((int) number() - 1);
    fields = (int) number();
    for (int i = 0; i < fields; i++) {
      place(i, (int) number() - 1);
    }
    columns = (int) number();
    if (columns > copyOf.length) {
      copyOf = new int[columns];
    }
    for (int i = 0; i < columns; i++) {
      value(i, (int) number());
    }
    position = end;
    return true;
  }

  private void value(int column, int reference) {
    int index = fields + column;
    if (reference > 0 && reference <= fields) {
      place(index, -1);
      copyOf[column] = reference - 1;
      starts[index] = starts[reference - 1];
      ends[index] = ends[reference - 1];
    } else {
      place(index, reference == 0 ? -1 : reference - 1 - fields);
      copyOf[column] = -1;
    }
  }

  /** The text of so many bytes begins here. */
  private void place(int index, int length) {
    if (index == starts.length) {
      starts = Arrays.copyOf(starts, index * 2);
      ends = Arrays.copyOf(ends, index * 2);
    }
    starts[index] = length < 0 ? -1 : position;
    position += Math.max(0, length);
    ends[index] = position;
  }

  private String text(int length) {
    if (length < 0) {
      return null;
    }
    position += length;
    return new String(bytes, position - length, length, StandardCharsets.UTF_8);
  }

  private long number() {
    long number = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = bytes[position++];
      number |= (b & 127L) << shift;
      if (b >= 0) {
        return number;
      }
    }
  }

  /** Whether so many bytes are there, read on as far as need be. */
  private boolean require(int more) {
    if (limit - position >= more) {
      return true;
    }
    byte[] target = more > bytes.length ? new byte[more] : bytes;
    System.arraycopy(bytes, position, target, 0, limit - position);
    bytes = target;
    limit -= position;
    position = 0;
    while (limit < more) {
      int n = source.read(bytes, limit);
      if (n == 0) {
        return false;
      }
      limit += n;
    }
    return true;
  }

  /** How many bytes the row takes. */
  int size() {
    return size;
  }

  /** A value of the row; null: NULL. */
  String value(int column) {
    return textAt(fields + column);
  }

  private String textAt(int index) {
    return starts[index] < 0
        ? null
        : new String(bytes, starts[index], ends[index] - starts[index], StandardCharsets.UTF_8);
  }

  /** Appends a value for COPY. */
  void copyValue(int column, EncodedRows into) {
    int index = fields + column;
    if (starts[index] < 0) {
      into.nothing();
    } else {
      into.value(bytes, starts[index], ends[index]);
    }
  }

  /** The whole row. */
  FactRow row() {
    String[] texts = new String[fields];
    Arrays.setAll(texts, this::textAt);
    String[] values = new String[columns];
    Arrays.setAll(values, i -> copyOf[i] < 0 ? value(i) : texts[copyOf[i]]);
    return new FactRow(new SourceRow(line, sheet, texts, null), values);
  }
}
