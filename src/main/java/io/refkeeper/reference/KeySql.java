package io.refkeeper.reference;

import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The pieces of SQL that turn arrays of key texts into typed keys and join them to a parent. */
public final class KeySql {

  private KeySql() {}

  /** {@code unnest(?::text[], …) with ordinality as w(k1, …, n)}: one bind per key column. */
  public static String wanted(int columns) {
    return "unnest(%s) with ordinality as w(%s, n)"
        .formatted(
            String.join(", ", Collections.nCopies(columns, "?::text[]")), names("k", columns));
  }

  /** {@code k1, k2, …}. */
  public static String names(String prefix, int columns) {
    return IntStream.rangeClosed(1, columns)
        .mapToObj(i -> prefix + i)
        .collect(Collectors.joining(", "));
  }

  /** The n-th wanted key value as the type it is stored as. */
  public static String typed(BoundForeignKey key, int index) {
    return "w.k%d::%s".formatted(index + 1, key.castTypes().get(index));
  }

  /**
   * The join of wanted keys to the parent {@code p} by the database's own equality. A type whose
   * input can fail (an enum, a network address) is compared as text instead: a value that is no
   * member of it is an unknown key, not an error that would abort the load.
   */
  public static String match(BoundForeignKey key) {
    return IntStream.range(0, key.keyColumns().size())
        .mapToObj(i -> match(key, i))
        .collect(Collectors.joining(" and "));
  }

  private static String match(BoundForeignKey key, int index) {
    Column column = key.keyColumns().get(index);
    String parent = "p." + TableName.quote(column.name());
    if (column.castCannotFail()) {
      return parent + " = " + typed(key, index);
    }
    return "%s::text = w.k%d".formatted(parent, index + 1);
  }

  /** {@code p."a", p."b"}. */
  public static String parentKey(BoundForeignKey key) {
    return key.keyColumns().stream()
        .map(column -> "p." + TableName.quote(column.name()))
        .collect(Collectors.joining(", "));
  }

  /** {@code array[x."a"::text, …]}: the form in which control tables keep a key. */
  public static String keyArray(String alias, List<Column> keyColumns) {
    return keyColumns.stream()
        .map(column -> "%s.%s::text".formatted(alias, TableName.quote(column.name())))
        .collect(Collectors.joining(", ", "array[", "]"));
  }

  /** Rows of a partitioned parent live in its partitions; a row of an inheritance child is none. */
  public static String from(BoundForeignKey key) {
    return from(key.parent());
  }

  /** The same, of the parent alone. */
  public static String from(Table parent) {
    return parent.isPartitioned() ? parent.name().sql() : "only " + parent.name().sql();
  }
}
