package io.refkeeper.database.copy;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/**
 * Rows encoded for COPY: in its binary format, which spares the server a third of the work, those
 * of which each value can be sent so; the others, and all rows of a table with a column of another
 * type, in its text format. The latter are sent behind the former: who needs the rows in their
 * order gives no types. Reused from batch to batch; not thread-safe.
 *
 * <pre>{@code
 * do {
 *   rows.beginRow();
 *   for (...) rows.value(...);
 * } while (!rows.endRow());
 * }</pre>
 */
public final class EncodedRows {

  private static final byte[] NULL = {'\\', 'N'};

  private final BinaryType[] types;
  private final BinaryRows binary = new BinaryRows();
  private final TextRows text = new TextRows();
  private long binaryRows;
  private long textRows;

  /** Of the row that is being written. */
  private boolean asText;

  private boolean refused;
  private int column;
  private int begin;

  /**
   * @param types of the values, in order; empty: all rows are written as texts
   */
  public EncodedRows(List<BinaryType> types) {
    this.types = types.toArray(BinaryType[]::new);
    this.asText = types.isEmpty();
  }

  /** Takes the rows that one COPY can take. */
  @FunctionalInterface
  public interface Sender {
    void send(CopyFormat format, byte[] bytes, int length, long rows) throws SQLException;
  }

  /** Hands over all rows, in one portion or two. */
  public void send(Sender to) throws SQLException {
    if (binaryRows > 0) {
      to.send(CopyFormat.BINARY, binary.bytes(), binary.length(), binaryRows);
    }
    if (textRows > 0) {
      to.send(CopyFormat.TEXT, text.bytes(), text.length(), textRows);
    }
  }

  public void clear() {
    binary.clear();
    text.clear();
    binaryRows = 0;
    textRows = 0;
  }

  public void beginRow() {
    column = 0;
    refused = false;
    if (!asText) {
      begin = binary.length();
      binary.row(types.length);
    }
  }

  /**
   * Ends the row.
   *
   * @return false when it has to be given once more, from {@link #beginRow} on
   */
  public boolean endRow() {
    if (refused) {
      binary.cut(begin);
      asText = true;
      return false;
    }
    if (asText) {
      text.endRow();
      textRows++;
      asText = types.length == 0;
    } else {
      binaryRows++;
    }
    return true;
  }

  /** Appends the row's next value; null: NULL. */
  public void value(String value) {
    if (value == null) {
      nothing();
    } else if (asText) {
      separate();
      text.value(value);
    } else {
      byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
      binary(encoded, 0, encoded.length);
    }
  }

  /** Appends the row's next value, which is there as UTF-8. */
  public void value(byte[] source, int start, int end) {
    if (asText) {
      separate();
      text.text(source, start, end);
    } else {
      binary(source, start, end);
    }
  }

  /** Appends the row's next value, which is there as UTF-8 and needs no escape in a text. */
  public void plainValue(byte[] source, int start, int end) {
    if (asText) {
      separate();
      text.bytes(source, start, end);
    } else {
      binary(source, start, end);
    }
  }

  /** Appends NULL as the row's next value. */
  public void nothing() {
    if (asText) {
      separate();
      text.bytes(NULL, 0, NULL.length);
    } else {
      column++;
      binary.nothing();
    }
  }

  private void separate() {
    if (column++ > 0) {
      text.separator();
    }
  }

  private void binary(byte[] source, int start, int end) {
    if (!refused) {
      refused = !types[column++].append(source, start, end, binary);
    }
  }
}
