package io.refkeeper.ingest;

import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which rows of the fact table, {@code f} in SQL, belong to scopes that are NULL in the same
 * columns: {@code =} can use an index or a hash join, {@code IS NOT DISTINCT FROM} cannot.
 */
final class ScopeCondition {

  private final List<String[]> tuples;
  private final List<Integer> set;
  private final List<String> nulls = new ArrayList<>();
  private final List<String> equal = new ArrayList<>();

  private ScopeCondition(DomainLoad load, BitSet nullColumns, List<String[]> tuples) {
    this.tuples = tuples;
    List<String> columns = load.scopes().columns();
    this.set = IntStream.range(0, columns.size()).filter(i -> !nullColumns.get(i)).boxed().toList();
    nullColumns.stream()
        .forEach(i -> nulls.add("f.%s is null".formatted(TableName.quote(columns.get(i)))));
    for (int i : set) {
      Column column = load.factTable().column(columns.get(i)).orElseThrow();
      equal.add(
          "f.%s = w.k%d::%s"
              .formatted(TableName.quote(column.name()), i + 1, column.baseDeclaredType()));
    }
  }

  /** One condition for all tuples that are NULL in the same columns; a row meets one at most. */
  static List<ScopeCondition> of(DomainLoad load, List<String[]> tuples) {
    Map<BitSet, List<String[]>> byNulls = new LinkedHashMap<>();
    for (String[] tuple : tuples) {
      BitSet nulls = new BitSet();
      IntStream.range(0, tuple.length).filter(i -> tuple[i] == null).forEach(nulls::set);
      byNulls.computeIfAbsent(nulls, n -> new ArrayList<>()).add(tuple);
    }
    return byNulls.entrySet().stream()
        .map(entry -> new ScopeCondition(load, entry.getKey(), entry.getValue()))
        .toList();
  }

  /** The {@code USING} and {@code WHERE} of a DELETE. */
  String ofDelete() {
    List<String> all = new ArrayList<>(nulls);
    all.addAll(equal);
    return (set.isEmpty() ? "" : "using " + wanted() + "\n") + "where " + String.join(" and ", all);
  }

  /** The {@code WHERE} of a SELECT, in which a row counts once however often it is named. */
  String ofSelect() {
    List<String> all = new ArrayList<>(nulls);
    if (!set.isEmpty()) {
      all.add("exists (select from %s where %s)".formatted(wanted(), String.join(" and ", equal)));
    }
    return "where " + String.join(" and ", all);
  }

  private String wanted() {
    return "unnest(%s) as w(%s)"
        .formatted(
            set.stream().map(i -> "?::text[]").collect(Collectors.joining(", ")),
            set.stream().map(i -> "k" + (i + 1)).collect(Collectors.joining(", ")));
  }

  /** Adds the values that the condition refers to. */
  JdbcClient.StatementSpec bind(JdbcClient.StatementSpec statement) {
    JdbcClient.StatementSpec bound = statement;
    for (int i : set) {
      bound = bound.param(tuples.stream().map(tuple -> tuple[i]).toArray(String[]::new));
    }
    return bound;
  }
}
