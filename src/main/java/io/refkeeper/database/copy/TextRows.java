package io.refkeeper.database.copy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Rows in COPY's text format, as UTF-8. Reused from batch to batch; not thread-safe. */
public final class TextRows {

  private static final byte[] NULL = {'\\', 'N'};

  private byte[] bytes = new byte[1 << 10];
  private int length;

  public void clear() {
    length = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Appends one row of the first {@code columns} values. */
  public void row(String[] values, int columns) {
    for (int i = 0; i < columns; i++) {
      if (i > 0) {
        put((byte) '\t');
      }
      value(values[i]);
    }
    put((byte) '\n');
  }

  /** Appends one value; {@link #separator} and {@link #endRow} go between and after them. */
  public void value(String value) {
    if (value == null) {
      reserve(NULL.length);
      put(NULL[0]);
      put(NULL[1]);
      return;
    }
    int chars = value.length();
    reserve(chars * 3 + 2);
    for (int i = 0; i < chars; i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        encode(value.substring(i));
        return;
      }
      switch (c) {
        case '\t' -> escape('t');
        case '\n' -> escape('n');
        case '\r' -> escape('r');
        case '\\' -> escape('\\');
        default -> bytes[length++] = (byte) c;
      }
    }
  }

  /** Appends one value that is there as UTF-8. */
  void text(byte[] source, int start, int end) {
    reserve((end - start) * 2);
    for (int i = start; i < end; i++) {
      escaped(source[i]);
    }
  }

  /** Appends bytes that need no escape. */
  void bytes(byte[] source, int start, int end) {
    reserve(end - start);
    System.arraycopy(source, start, bytes, length, end - start);
    length += end - start;
  }

  public void separator() {
    put((byte) '\t');
  }

  public void endRow() {
    put((byte) '\n');
  }

  /** In UTF-8 no byte of a character beyond ASCII looks like one that must be escaped. */
  private void encode(String rest) {
    byte[] encoded = rest.getBytes(StandardCharsets.UTF_8);
    reserve(encoded.length * 2);
    for (byte b : encoded) {
      escaped(b);
    }
  }

  private void escaped(byte b) {
    switch (b) {
      case '\t' -> escape('t');
      case '\n' -> escape('n');
      case '\r' -> escape('r');
      case '\\' -> escape('\\');
      default -> bytes[length++] = b;
    }
  }

  private void escape(char c) {
    reserve(2);
    bytes[length++] = '\\';
    bytes[length++] = (byte) c;
  }

  private void put(byte b) {
    reserve(1);
    bytes[length++] = b;
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
