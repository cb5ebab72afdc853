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
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Deletes the rows of the scopes that a file delivers anew. */
final class ScopeReplacement {

  private final JdbcClient jdbc;

  ScopeReplacement(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * Deletes what the fact table holds of the scopes that these rows are the first of. Must be
   * called before the rows are copied.
   */
  void replace(DomainLoad load, List<FactRow> rows) {
    List<String[]> tuples = load.scopes().beginReplacing(rows);
    Map<BitSet, List<String[]>> byNulls = new LinkedHashMap<>();
    for (String[] tuple : tuples) {
      BitSet nulls = new BitSet();
      IntStream.range(0, tuple.length).filter(i -> tuple[i] == null).forEach(nulls::set);
      byNulls.computeIfAbsent(nulls, n -> new ArrayList<>()).add(tuple);
    }
    byNulls.forEach((nulls, same) -> load.counts().addReplaced(delete(load, nulls, same)));
  }

  /**
   * One statement for all tuples that are NULL in the same columns: {@code =} can use an index or a
   * hash join, {@code IS NOT DISTINCT FROM} cannot.
   */
  private long delete(DomainLoad load, BitSet nulls, List<String[]> tuples) {
    List<String> columns = load.scopes().columns();
    List<Integer> set =
        IntStream.range(0, columns.size()).filter(i -> !nulls.get(i)).boxed().toList();
    List<String> conditions = new ArrayList<>();
    nulls.stream()
        .forEach(i -> conditions.add("f.%s is null".formatted(TableName.quote(columns.get(i)))));
    for (int i : set) {
      Column column = load.factTable().column(columns.get(i)).orElseThrow();
      conditions.add(
          "f.%s = w.k%d::%s"
              .formatted(TableName.quote(column.name()), i + 1, column.baseDeclaredType()));
    }
    String using =
        set.isEmpty()
            ? ""
            : "using unnest(%s) as w(%s)"
                .formatted(
                    set.stream().map(i -> "?::text[]").collect(Collectors.joining(", ")),
                    set.stream().map(i -> "k" + (i + 1)).collect(Collectors.joining(", ")));
    JdbcClient.StatementSpec statement =
        jdbc.sql(
            """
            delete from %s f
            %s
            where %s
            """
                .formatted(load.factTable().name().sql(), using, String.join(" and ", conditions)));
    for (int i : set) {
      statement = statement.param(tuples.stream().map(tuple -> tuple[i]).toArray(String[]::new));
    }
    return statement.update();
  }
}
