package io.refkeeper.database.copy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Rows in COPY's binary format. Not thread-safe. */
public final class BinaryRows {

  private static final int NULL = -1;

  private static final int FIRST_CAPACITY = 1 << 10;

  private byte[] bytes;
  private int length;

  BinaryRows() {
    this(FIRST_CAPACITY);
  }

  /**
   * @param capacity how many bytes there is room for; more are made when they are needed
   */
  public BinaryRows(int capacity) {
    bytes = new byte[capacity];
  }

  public void clear() {
    length = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Takes back what was appended from there on. */
  void cut(int to) {
    length = to;
  }

  /** Begins a row of so many values. */
  public void row(int values) {
    int16(values);
  }

  public void nothing() {
    int32(NULL);
  }

  /** Appends a text, or a value whose binary form is a text. */
  public void text(String value) {
    if (value == null) {
      nothing();
    } else {
      byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
      text(encoded, 0, encoded.length);
    }
  }

  /** Appends a text that is there as UTF-8. */
  void text(byte[] source, int start, int end) {
    int32(end - start);
    raw(source, start, end);
  }

  /** Appends a jsonb: the version of its binary form, then its text. */
  public void jsonb(String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    jsonb(encoded, 0, encoded.length);
  }

  void jsonb(byte[] source, int start, int end) {
    int32(1 + end - start);
    reserve(1);
    bytes[length++] = 1;
    raw(source, start, end);
  }

  /** Appends a bigint. */
  public void bigint(long value) {
    int32(Long.BYTES);
    int64(value);
  }

  void raw(byte[] source, int start, int end) {
    reserve(end - start);
    System.arraycopy(source, start, bytes, length, end - start);
    length += end - start;
  }

  void int8(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
  }

  void int16(int value) {
    reserve(Short.BYTES);
    bytes[length] = (byte) (value >>> 8);
    bytes[length + 1] = (byte) value;
    length += Short.BYTES;
  }

  void int32(int value) {
    reserve(Integer.BYTES);
    setInt32(length, value);
    length += Integer.BYTES;
  }

  void int64(long value) {
    int32((int) (value >>> 32));
    int32((int) value);
  }

  /** Overwrites what was appended there. */
  void setInt32(int position, int value) {
    bytes[position] = (byte) (value >>> 24);
    bytes[position + 1] = (byte) (value >>> 16);
    bytes[position + 2] = (byte) (value >>> 8);
    bytes[position + 3] = (byte) value;
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
