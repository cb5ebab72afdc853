package io.refkeeper.ingest;

import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.KeySql;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Deletes the rows of the scopes that a file delivers anew, and closes what waits of them. */
final class ScopeReplacement {

  private final JdbcClient jdbc;

  ScopeReplacement(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * Deletes what the fact table holds of the scopes that this batch is the first of. Must be called
   * before the batch is copied.
   */
  void replace(DomainLoad load, CopyBatch batch) {
    List<String[]> earlier = List.copyOf(load.scopes().begun());
    List<String[]> tuples =
        withoutEqual(load, earlier, load.scopes().beginReplacing(batch.rowsByScope().keySet()));
    ScopeCondition.of(load, tuples).forEach(scopes -> delete(load, scopes));
  }

  /**
   * The tuples of which the database holds none equal to an earlier one: 1.0 and 1, or ABC and abc
   * where the collation says so, are one scope, and its rows of this load must stay.
   */
  private List<String[]> withoutEqual(
      DomainLoad load, List<String[]> earlier, List<String[]> tuples) {
    List<Column> columns =
        load.scopes().columns().stream()
            .map(name -> load.factTable().column(name).orElseThrow())
            .toList();
    if (tuples.isEmpty()
        || earlier.isEmpty()
        || columns.stream().allMatch(Column::equalOnlyAsText)) {
      return tuples;
    }
    String arrays = String.join(", ", Collections.nCopies(columns.size(), "?::text[]"));
    String names = KeySql.names("k", columns.size());
    String same =
        IntStream.range(0, columns.size())
            .mapToObj(
                i ->
                    "(w.k%1$d::%2$s)%3$s is not distinct from (e.k%1$d::%2$s)%3$s"
                        .formatted(
                            i + 1, columns.get(i).baseDeclaredType(), collate(columns.get(i))))
            .collect(Collectors.joining(" and "));
    JdbcClient.StatementSpec statement =
        jdbc.sql(
            """
            select w.n from unnest(%1$s) with ordinality as w(%2$s, n)
            where not exists (select 1 from unnest(%1$s) as e(%2$s) where %3$s)
            """
                .formatted(arrays, names, same));
    return bind(bind(statement, tuples), earlier).query(Integer.class).list().stream()
        .map(n -> tuples.get(n - 1))
        .toList();
  }

  /**
   * What is left of earlier loads of the same scopes under other names: what waits of them is
   * closed, and they are current no longer.
   */
  void supersedeEqual(DomainLoad load) {
    List<String[]> tuples = load.scopes().begun();
    bind(
            jdbc.sql(
                    """
                    update refkeeper.quarantine q
                    set state = 'superseded', closed_at = clock_timestamp()
                    where q.domain = ? and q.state = 'waiting' and q.load_run_id <> ?
                      and q.scope is not null and exists (select from %s where %s)
                    """
                        .formatted(wanted(load), sameScope(load, "q.scope")))
                .params(load.domain().name(), load.loadRunId()),
            tuples)
        .update();
    bind(
            jdbc.sql(
                    """
                    update refkeeper.load_run r set is_current = false
                    where r.domain = ? and r.is_current and r.id <> ?
                      and exists (select from unnest(r.scopes) as s(scope), %s where %s)
                    """
                        .formatted(wanted(load), sameScope(load, "s.scope")))
                .params(load.domain().name(), load.loadRunId()),
            tuples)
        .update();
  }

  private static String wanted(DomainLoad load) {
    int columns = load.scopes().columns().size();
    return "unnest(%s) as w(%s)"
        .formatted(
            String.join(", ", Collections.nCopies(columns, "?::text[]")),
            KeySql.names("k", columns));
  }

  /**
   * The condition that a scope's name means the tuple {@code w}; an earlier one of other columns
   * does not.
   */
  private static String sameScope(DomainLoad load, String name) {
    List<String> names = load.scopes().columns();
    return IntStream.range(0, names.size())
        .mapToObj(
            i -> {
              Column column = load.factTable().column(names.get(i)).orElseThrow();
              return "%1$s::jsonb -> %2$s is not null and (%1$s::jsonb ->> %2$s)::%3$s%4$s is not distinct from w.k%5$d::%3$s%4$s"
                  .formatted(
                      name,
                      TableName.literal(column.name()),
                      column.baseDeclaredType(),
                      collate(column),
                      i + 1);
            })
        .collect(Collectors.joining(" and "));
  }

  private static JdbcClient.StatementSpec bind(
      JdbcClient.StatementSpec statement, List<String[]> tuples) {
    JdbcClient.StatementSpec bound = statement;
    for (int i = 0; i < tuples.get(0).length; i++) {
      int column = i;
      bound = bound.param(tuples.stream().map(tuple -> tuple[column]).toArray(String[]::new));
    }
    return bound;
  }

  private static String collate(Column column) {
    String collation = column.nondeterministicCollation();
    return collation.isEmpty() ? "" : " collate " + collation;
  }

  private void delete(DomainLoad load, ScopeCondition scopes) {
    List<String> totals = load.domain().controlTotals();
    String delete =
        "delete from %s f\n%s".formatted(load.factTable().name().sql(), scopes.ofDelete());
    if (totals.isEmpty()) {
      load.counts().addReplaced(scopes.bind(jdbc.sql(delete)).update());
      return;
    }
    String gone =
        "with f as (%s returning %s) select %s from f"
            .formatted(
                delete,
                totals.stream()
                    .map(column -> "f." + TableName.quote(column))
                    .collect(Collectors.joining(", ")),
                ControlTotals.Totals.select(totals));
    load.counts()
        .addReplaced(
            scopes
                .bind(jdbc.sql(gone))
                .query((row, n) -> ControlTotals.Totals.read(row, totals))
                .single());
  }
}
