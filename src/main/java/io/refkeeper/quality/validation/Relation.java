package io.refkeeper.quality.validation;

import io.refkeeper.database.TableName;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Columns of one table that name rows of another, whether or not the database knows.
 *
 * @param columns of the child, in the order of {@code parentColumns}
 */
record Relation(
    TableName child, List<String> columns, TableName parent, List<String> parentColumns) {

  /** For people: {@code schema.table (column)}. */
  String place() {
    return "%s (%s)".formatted(child, String.join(", ", columns));
  }

  /** {@code f."a" is not null and …}: a key with a NULL in it names nothing (MATCH SIMPLE). */
  String named(String alias) {
    return columns.stream()
        .map(column -> "%s.%s is not null".formatted(alias, TableName.quote(column)))
        .collect(Collectors.joining(" and "));
  }

  /** {@code f."a", f."b"}. */
  String columns(String alias) {
    return list(alias, columns);
  }

  /** {@code f."a" = p."k" and …}, by the database's own equality. */
  String matches(String child, String parent) {
    return IntStream.range(0, columns.size())
        .mapToObj(
            i ->
                "%s.%s = %s.%s"
                    .formatted(
                        child,
                        TableName.quote(columns.get(i)),
                        parent,
                        TableName.quote(parentColumns.get(i))))
        .collect(Collectors.joining(" and "));
  }

  /** The key in the form of the control tables: {@code array[f."a"::text, …]}. */
  static String keyArray(String alias, List<String> columns) {
    return columns.stream()
        .map(column -> "%s.%s::text".formatted(alias, TableName.quote(column)))
        .collect(Collectors.joining(", ", "array[", "]"));
  }

  private static String list(String alias, List<String> columns) {
    return columns.stream()
        .map(column -> alias + "." + TableName.quote(column))
        .collect(Collectors.joining(", "));
  }
}
