package io.refkeeper.sync;

import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The mapped columns of one table, and the pieces of SQL that are made of them. */
record StagedColumns(List<Column> columns, List<String> key) {

  static StagedColumns of(TableRun run) {
    return new StagedColumns(
        run.attempt().fetch().mapping().targets().stream()
            .map(c -> run.attempt().target().column(c).orElseThrow())
            .toList(),
        run.source().targetKey());
  }

  int size() {
    return columns.size();
  }

  Column target(int n) {
    return columns.get(n);
  }

  boolean isKey(int n) {
    return key.contains(columns.get(n).name());
  }

  boolean containsAll(Collection<String> names) {
    return columns.stream().map(Column::name).toList().containsAll(names);
  }

  /** Names of the columns that are not the key. */
  List<String> values() {
    return columns.stream().map(Column::name).filter(c -> !key.contains(c)).toList();
  }

  /** All columns, quoted, as a list. */
  String names(String alias) {
    return each(columns.stream().map(Column::name).toList(), c -> alias + c, ", ");
  }

  /** The key columns, quoted, as a list. */
  String keys(String alias) {
    return each(key, c -> alias + c, ", ");
  }

  /** The key in the form of the control tables: text[] of the stored values. */
  String keyArray(String alias) {
    return "array[" + each(key, c -> alias + "." + c + "::text", ", ") + "]";
  }

  /** The staged texts cast to the target's types, in order. */
  String typed() {
    return IntStream.range(0, size()).mapToObj(this::cast).collect(Collectors.joining(", "));
  }

  /** As {@link #typed()}, of the key only, in the key's order. */
  String typedKeys() {
    return key.stream().map(k -> cast(position(k))).collect(Collectors.joining(", "));
  }

  String rawKeys() {
    return key.stream()
        .map(k -> "r." + Staging.column(position(k)))
        .collect(Collectors.joining(", "));
  }

  private int position(String name) {
    return columns.stream().map(Column::name).toList().indexOf(name);
  }

  private String cast(int n) {
    return Staging.column(n) + "::" + columns.get(n).declaredType();
  }

  /** Whether two rows have the same key. */
  String sameKey(String one, String other) {
    return pairs(one, key, other, key);
  }

  /** Equality of columns of two relations, pair by pair. */
  static String pairs(String one, List<String> left, String other, List<String> right) {
    return IntStream.range(0, left.size())
        .mapToObj(
            i ->
                "%s.%s = %s.%s"
                    .formatted(
                        one, TableName.quote(left.get(i)), other, TableName.quote(right.get(i))))
        .collect(Collectors.joining(" and "));
  }

  /** A piece of SQL for each name, quoted, joined. */
  String each(Collection<String> names, UnaryOperator<String> piece, String separator) {
    return names.stream().map(TableName::quote).map(piece).collect(Collectors.joining(separator));
  }
}
