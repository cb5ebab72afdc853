package io.refkeeper.backfill;

import io.refkeeper.config.ForeignKeyRule.AggregationType;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.database.RowByRow;
import io.refkeeper.database.RowFailure;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.KeySql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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
    Runnable all = () -> filled[0] = update(derivation, parents, loadRunId);
    if (RowFailure.attempt(template, all) == null) {
      return filled[0];
    }
    StagedParents.stage(template, derivation, parents);
    RowByRow.prepare(
        template,
        statement(derivation, loadRunId, StagedParents.OF_RUN, "insert into " + StagedParents.DONE),
        parents.size());
    template.execute("select from " + RowByRow.REFUSED);
    return template.queryForObject(
        "select coalesce(sum(n), 0) from " + StagedParents.DONE, Long.class);
  }

  private long update(Derivation derivation, List<DerivedParent> parents, long loadRunId) {
    return jdbc.sql(statement(derivation, loadRunId, StagedParents.unnested(derivation), ""))
        .params(StagedParents.arrays(derivation, parents))
        .query(Long.class)
        .single();
  }

  /**
   * One statement, which yields the number of changed rows.
   *
   * @param parents the query of {@link StagedParents} that gives the values
   * @param into what is done with the number; empty: it is the result
   */
  private static String statement(
      Derivation derivation, long loadRunId, String parents, String into) {
    BoundForeignKey foreignKey = derivation.foreignKey();
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
    String sameRow =
        foreignKey.keyColumns().stream()
            .map(c -> "p.%1$s = o.%1$s".formatted(TableName.quote(c.name())))
            .collect(Collectors.joining(" and "));
    return """
        with w as (
          %s
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
          select %s, %s, %s, 'update', 'backfill', 'load', %d, to_jsonb(o) - 'refkeeper_n', to_jsonb(p)
          from updated p join old o on %s
          returning 1
        )
        %s
        select count(*) from audited
        """
        .formatted(
            parents,
            KeySql.from(foreignKey),
            KeySql.match(foreignKey),
            KeySql.parentKey(foreignKey),
            foreignKey.parent().name().sql(),
            String.join(", ", assignments),
            sameRow,
            String.join(" or ", conditions),
            TableName.literal(foreignKey.parent().name().schema()),
            TableName.literal(foreignKey.parent().name().name()),
            KeySql.keyArray("p", foreignKey.keyColumns()),
            loadRunId,
            sameRow,
            into);
  }

  private static boolean appends(Derivation derivation, int index) {
    String target = derivation.columns().get(index).column().name();
    return derivation.foreignKey().rule().backfillColumns().stream()
        .filter(column -> column.target().equals(target))
        .map(BackfillColumn::aggregation)
        .anyMatch(aggregation -> aggregation.type() == AggregationType.JSONB_APPEND);
  }
}
