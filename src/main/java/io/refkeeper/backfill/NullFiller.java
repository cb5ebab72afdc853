package io.refkeeper.backfill;

import io.refkeeper.config.ForeignKeyRule.AggregationType;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.database.RowFailure;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.KeySql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Mode {@code fill_null_only}: fills empty columns of auto-derived parents from the facts. An
 * authoritative row belongs to its source and is never touched.
 */
public final class NullFiller {

  private final JdbcTemplate template;
  private final JdbcClient jdbc;

  public NullFiller(DataSource target) {
    this.template = new JdbcTemplate(target);
    this.jdbc = JdbcClient.create(template);
  }

  /**
   * Fills what is NULL, with an audit row for every change; JSON arrays get the elements that they
   * lack. A row that does not take its values stays as it is.
   *
   * @param parents whose rows exist and are locked by this transaction
   * @return the number of rows that changed
   */
  public long fill(Derivation derivation, List<DerivedParent> parents, long loadRunId) {
    if (parents.isEmpty() || derivation.columns().isEmpty()) {
      return 0;
    }
    long[] filled = new long[1];
    SQLException failure =
        RowFailure.attempt(template, () -> filled[0] = update(derivation, parents, loadRunId));
    if (failure == null) {
      return filled[0];
    }
    if (parents.size() == 1) {
      return 0;
    }
    int half = parents.size() / 2;
    return fill(derivation, parents.subList(0, half), loadRunId)
        + fill(derivation, parents.subList(half, parents.size()), loadRunId);
  }

  private long update(Derivation derivation, List<DerivedParent> parents, long loadRunId) {
    BoundForeignKey foreignKey = derivation.foreignKey();
    JdbcClient.StatementSpec statement = jdbc.sql(statement(derivation));
    List<Object> keys = parents.stream().map(parent -> parent.candidate().key()).toList();
    for (String[] column : foreignKey.columnsOf(keys)) {
      statement = statement.param(column);
    }
    for (int c = 0; c < derivation.columns().size(); c++) {
      int column = c;
      statement =
          statement.param(
              parents.stream().map(parent -> parent.values().get(column)).toArray(String[]::new));
    }
    return statement
        .param(foreignKey.parent().name().schema())
        .param(foreignKey.parent().name().name())
        .param(loadRunId)
        .query(Long.class)
        .single();
  }

  private static String statement(Derivation derivation) {
    BoundForeignKey foreignKey = derivation.foreignKey();
    int keys = foreignKey.keyColumns().size();
    List<String> assignments = new ArrayList<>();
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i < derivation.columns().size(); i++) {
      String column = TableName.quote(derivation.columns().get(i).column().name());
      String type = derivation.columns().get(i).column().declaredType();
      String value = "w.c%d::%s".formatted(i + 1, type);
      if (appends(derivation, i)) {
        String missing =
            """
            (select jsonb_agg(e) from jsonb_array_elements(%s) e \
            where not coalesce(o.%s, '[]') @> jsonb_build_array(e))"""
                .formatted(value, column);
        assignments.add(
            "%1$s = coalesce(o.%1$s, '[]') || coalesce(%2$s, '[]')".formatted(column, missing));
        conditions.add("%s is not null".formatted(missing));
      } else {
        assignments.add("%1$s = coalesce(o.%1$s, %2$s)".formatted(column, value));
        conditions.add("(o.%s is null and %s is not null)".formatted(column, value));
      }
    }
    String values =
        IntStream.rangeClosed(1, derivation.columns().size())
            .mapToObj(i -> ", c" + i)
            .collect(Collectors.joining());
    String arrays =
        String.join(", ", Collections.nCopies(keys + derivation.columns().size(), "?::text[]"));
    String sameRow =
        foreignKey.keyColumns().stream()
            .map(c -> "p.%1$s = o.%1$s".formatted(TableName.quote(c.name())))
            .collect(Collectors.joining(" and "));
    return """
        with w as (
          select * from unnest(%s) with ordinality as u(%s%s, n)
        ), old as (
          select w.n as refkeeper_n, p.* from w join %s p on %s where p._source = 'auto_derived'
          order by %s
          for no key update of p
        ), updated as (
          update %s p set %s
          from old o join w on w.n = o.refkeeper_n
          where %s and (%s)
          returning p.*
        ), audited as (
          insert into refkeeper.audit_log
            (table_schema, table_name, key, action, actor, run_kind, run_id, before, after)
          select ?, ?, %s, 'update', 'backfill', 'load', ?, to_jsonb(o) - 'refkeeper_n', to_jsonb(p)
          from updated p join old o on %s
          returning 1
        )
        select count(*) from audited
        """
        .formatted(
            arrays,
            KeySql.names("k", keys),
            values,
            KeySql.from(foreignKey),
            KeySql.match(foreignKey),
            KeySql.parentKey(foreignKey),
            foreignKey.parent().name().sql(),
            String.join(", ", assignments),
            sameRow,
            String.join(" or ", conditions),
            KeySql.keyArray("p", foreignKey.keyColumns()),
            sameRow);
  }

  private static boolean appends(Derivation derivation, int index) {
    String target = derivation.columns().get(index).column().name();
    return derivation.foreignKey().rule().backfillColumns().stream()
        .filter(column -> column.target().equals(target))
        .map(BackfillColumn::aggregation)
        .anyMatch(aggregation -> aggregation.type() == AggregationType.JSONB_APPEND);
  }
}
