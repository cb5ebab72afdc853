package io.refkeeper.reference;

import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A configured foreign key bound to the positions of one load's row values and to its parent table.
 *
 * <p>A key is a {@code String} for one column and a {@code List<String>} for several, so that the
 * common case costs no allocation; every value is PostgreSQL's text form, none is null.
 *
 * @param rule the configuration
 * @param parent the parent table
 * @param keyColumns the parent's key columns, in the order of the rule
 * @param castTypes the SQL type that each key value is stored as in the fact row
 * @param positions of the key's values in a row
 */
public record BoundForeignKey(
    ForeignKeyRule rule,
    Table parent,
    List<Column> keyColumns,
    List<String> castTypes,
    List<Integer> positions) {

  /** The key that a row names; null when a part of it is NULL, for then it names no parent. */
  public Object key(String[] values) {
    if (positions.size() == 1) {
      return values[positions.get(0)];
    }
    String[] parts = new String[positions.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = values[positions.get(i)];
      if (parts[i] == null) {
        return null;
      }
    }
    return Collections.unmodifiableList(Arrays.asList(parts));
  }

  /** Puts another key into a row. */
  public void replaceKey(String[] values, Object key) {
    List<String> parts = parts(key);
    for (int i = 0; i < parts.size(); i++) {
      values[positions.get(i)] = parts.get(i);
    }
  }

  /** The key's parts, in the order of the key columns. */
  public static List<String> parts(Object key) {
    if (key instanceof List<?> list) {
      return list.stream().map(String.class::cast).toList();
    }
    return List.of((String) key);
  }

  /** The key of these parts. */
  public static Object key(List<String> parts) {
    return parts.size() == 1 ? parts.get(0) : List.copyOf(parts);
  }

  /** One array per key column, as binds of an {@code unnest}. */
  public List<String[]> columnsOf(List<Object> keys) {
    List<String[]> columns = new ArrayList<>();
    for (int c = 0; c < keyColumns.size(); c++) {
      String[] values = new String[keys.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = parts(keys.get(i)).get(c);
      }
      columns.add(values);
    }
    return columns;
  }

  /** Whether keys that differ as text can be the same key for the database. */
  public boolean equalityIsTheDatabases() {
    return !keyColumns.stream().allMatch(Column::equalOnlyAsText);
  }
}
