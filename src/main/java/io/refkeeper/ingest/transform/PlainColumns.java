package io.refkeeper.ingest.transform;

import io.refkeeper.ingest.reader.PlainRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The rules of a domain over plain records: what {@link RowTransformer} does to most rows of most
 * files, without making texts of their fields. A record about which there is any doubt (white space
 * to trim, a filter's value, a value that has to be normalised or is wrong) is not accepted, and
 * the transformer is asked; where one is accepted, both give the same values.
 */
public final class PlainColumns {

  private final int fileColumns;
  private final PlainColumn[] columns;
  private final FieldFilter[] filters;
  private final byte[][] blanks;
  private final int longestBlank;

  /** Values of a file column by which a filter may drop the row. */
  private record FieldFilter(int fileIndex, boolean blank, byte[][] values) {}

  /**
   * @param fileColumns how many fields a record must have
   * @param columns the target columns, in order
   * @param filters values of file columns by which a row may be dropped
   * @param blankTexts values that mean NULL, but the empty one
   */
  PlainColumns(
      int fileColumns,
      List<PlainColumn> columns,
      List<FilteredColumn> filters,
      Set<String> blankTexts) {
    this.fileColumns = fileColumns;
    this.columns = columns.toArray(PlainColumn[]::new);
    this.filters =
        filters.stream()
            .map(f -> new FieldFilter(f.fileIndex(), f.blank(), bytes(f.values())))
            .toArray(FieldFilter[]::new);
    this.blanks = bytes(blankTexts);
    this.longestBlank = Arrays.stream(blanks).mapToInt(blank -> blank.length).max().orElse(0);
  }

  /** A row filter, resolved to the column of the file. */
  record FilteredColumn(int fileIndex, boolean blank, Set<String> values) {}

  private static byte[][] bytes(Set<String> texts) {
    return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  /** Number of values: the target columns. */
  public int size() {
    return columns.length;
  }

  /**
   * Whether the record is a loadable row; then its values can be asked for, until the next call.
   */
  public boolean accepts(PlainRecord record) {
    if (record.size() != fileColumns) {
      return false;
    }
    byte[] bytes = record.bytes();
    for (FieldFilter filter : filters) {
      if (mayMatch(filter, bytes, record.start(filter.fileIndex), record.end(filter.fileIndex))) {
        return false;
      }
    }
    boolean anyValue = false;
    for (PlainColumn column : columns) {
      int start = record.start(column.fileIndex());
      int end = record.end(column.fileIndex());
      if (isBlank(bytes, start, end)) {
        if (!column.acceptNull()) {
          return false;
        }
      } else if (column.accept(bytes, start, end)) {
        anyValue |= !column.isNull();
      } else {
        return false;
      }
    }
    return anyValue;
  }

  /** Whether a value is NULL. */
  public boolean isNull(int column) {
    return columns[column].isNull();
  }

  /** Whether a value is its field of the record as it is. */
  public boolean isField(int column, PlainRecord record) {
    return columns[column].bytes() == record.bytes();
  }

  /** The field of a record that a column is fed from. */
  public int fileIndex(int column) {
    return columns[column].fileIndex();
  }

  /** What holds a value's bytes, from {@link #start} to {@link #end}; as COPY takes them. */
  public byte[] bytes(int column) {
    return columns[column].bytes();
  }

  public int start(int column) {
    return columns[column].start();
  }

  public int end(int column) {
    return columns[column].end();
  }

  /** A value as text, as the transformer gives it; null: NULL. */
  public String text(int column) {
    return columns[column].text();
  }

  private boolean isBlank(byte[] bytes, int start, int end) {
    return start == end || (end - start <= longestBlank && isOneOf(blanks, bytes, start, end));
  }

  private boolean mayMatch(FieldFilter filter, byte[] bytes, int start, int end) {
    return !PlainColumn.isTrimmed(bytes, start, end)
        || (filter.blank && isBlank(bytes, start, end))
        || isOneOf(filter.values, bytes, start, end);
  }

  private static boolean isOneOf(byte[][] values, byte[] bytes, int start, int end) {
    for (byte[] value : values) {
      if (Arrays.equals(value, 0, value.length, bytes, start, end)) {
        return true;
      }
    }
    return false;
  }
}
