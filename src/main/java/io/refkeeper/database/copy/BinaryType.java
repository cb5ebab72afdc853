package io.refkeeper.database.copy;

import io.refkeeper.database.Table.Column;
import java.util.Map;
import java.util.Optional;

/**
 * Types of which a text can be sent in binary form, so that the server has nothing to parse. What
 * it stores is what it would have made of the text: each writes only texts of which there is no
 * doubt, and leaves all others to the type's own input function.
 *
 * <p>The forms are those of the types' receive functions, {@code numeric_recv} and so on. These
 * apply length, precision and scale of the column like the input functions do.
 */
public enum BinaryType {
  TEXT,
  JSONB,
  BOOLEAN,
  SMALLINT,
  INTEGER,
  BIGINT,
  REAL,
  DOUBLE,
  NUMERIC,
  DATE,
  TIME,
  TIMESTAMP,
  UUID;

  private static final Map<String, BinaryType> BY_NAME =
      Map.ofEntries(
          Map.entry("text", TEXT),
          Map.entry("varchar", TEXT),
          Map.entry("bpchar", TEXT),
          Map.entry("json", TEXT),
          Map.entry("jsonb", JSONB),
          Map.entry("bool", BOOLEAN),
          Map.entry("int2", SMALLINT),
          Map.entry("int4", INTEGER),
          Map.entry("int8", BIGINT),
          Map.entry("float4", REAL),
          Map.entry("float8", DOUBLE),
          Map.entry("numeric", NUMERIC),
          Map.entry("date", DATE),
          Map.entry("time", TIME),
          Map.entry("timestamp", TIMESTAMP),
          Map.entry("uuid", UUID));

  /** The type of a column, a domain's base type included; empty: it takes texts only. */
  public static Optional<BinaryType> of(Column column) {
    // a type of somebody's own that is called like one of these is told with its schema
    return column.baseDeclaredType().contains(".")
        ? Optional.empty()
        : Optional.ofNullable(BY_NAME.get(column.baseType()));
  }

  /**
   * Appends a value.
   *
   * @param text in UTF-8, from {@code start} to {@code end}
   * @return false when the text has to be left to the server; then it does not matter what was
   *     appended
   */
  boolean append(byte[] text, int start, int end, BinaryRows into) {
    switch (this) {
      case TEXT -> {
        into.text(text, start, end);
        return true;
      }
      case NUMERIC -> {
        return BinaryNumbers.numeric(text, start, end, into);
      }
      case SMALLINT -> {
        return BinaryNumbers.integer(text, start, end, Short.BYTES, into);
      }
      case INTEGER -> {
        return BinaryNumbers.integer(text, start, end, Integer.BYTES, into);
      }
      case BIGINT -> {
        return BinaryNumbers.integer(text, start, end, Long.BYTES, into);
      }
      case REAL -> {
        return BinaryNumbers.floating(text, start, end, Float.BYTES, into);
      }
      case DOUBLE -> {
        return BinaryNumbers.floating(text, start, end, Double.BYTES, into);
      }
      case DATE -> {
        return BinaryTimes.date(text, start, end, into);
      }
      case TIME -> {
        return BinaryTimes.time(text, start, end, into);
      }
      case TIMESTAMP -> {
        return BinaryTimes.timestamp(text, start, end, into);
      }
      case BOOLEAN -> {
        return BinaryWords.bool(text, start, end, into);
      }
      case UUID -> {
        return BinaryWords.uuid(text, start, end, into);
      }
      case JSONB -> {
        into.jsonb(text, start, end);
        return true;
      }
      default -> throw new IllegalStateException(name());
    }
  }
}
