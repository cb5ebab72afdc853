package io.refkeeper.ingest;

import io.refkeeper.database.SqlResource;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tests rows for what only the database can judge, all at once: they are copied into a temporary
 * table of the fact table's shape, one statement a constraint takes out those that violate it, and
 * the others move into the fact table. Of rows that violate several constraints, and of equal keys,
 * the first counts.
 *
 * <p>What no statement can foresee, such as an exclusion constraint, makes {@link #insert} fail;
 * the caller sets a savepoint before.
 */
final class SetTrial {

  private static final String CONSTRAINTS = SqlResource.read("fact_constraints");
  private static final String STAGE = "pg_temp.refkeeper_set_trial";
  private static final String NUMBER = "refkeeper_n";

  private final JdbcTemplate jdbc;
  private final CopyStream copy;

  SetTrial(DataSource target, CopyStream copy) {
    this.jdbc = new JdbcTemplate(target);
    this.copy = copy;
  }

  /** An empty stage for this table. Sets no savepoint, for nothing can be refused here. */
  void begin(Table fact) {
    jdbc.execute("drop table if exists " + STAGE);
    jdbc.execute(
        """
        create temporary table refkeeper_set_trial (
          like %s including defaults including generated including identity,
          %s bigint generated always as identity) on commit drop
        """
            .formatted(fact.name().sql(), NUMBER));
  }

  /** Copies rows behind those that are staged already; they are numbered from 0 on. */
  void stage(FactCopy.Target target, CopyBuffer rows) {
    copy.copy(target.statement(STAGE), rows);
  }

  /**
   * Moves the rows that violate nothing into the fact table.
   *
   * @return the others, in any order
   * @throws org.springframework.dao.DataAccessException when a row is refused all the same
   */
  List<DatabaseRefusal> insert(Table fact, FactCopy.Target target, boolean foreignKeysToo) {
    List<DatabaseRefusal> refusals = new ArrayList<>();
    for (Constraint constraint :
        jdbc.query(CONSTRAINTS, Constraint::of, fact.oid(), fact.oid(), fact.oid())) {
      if (constraint.canBeTested(target.allColumns(), foreignKeysToo)) {
        refusals.addAll(constraint.takeGuilty(jdbc, fact));
      }
    }
    String columns = TableName.quoteAll(target.allColumns());
    long rest = jdbc.queryForObject("select count(*) from " + STAGE, Long.class);
    long stored =
        jdbc.update(
            "insert into %s (%s) select %s from %s order by %s"
                .formatted(fact.name().sql(), columns, columns, STAGE, NUMBER));
    if (stored != rest) {
      throw target.rowsDropped(rest, stored);
    }
    return refusals;
  }

  /**
   * A constraint.
   *
   * @param expression of a CHECK; null: none
   * @param nullsEqual of a unique key: NULLS NOT DISTINCT
   * @param parent of a foreign key, as SQL; null: none
   */
  private record Constraint(
      String name,
      String expression,
      boolean nullsEqual,
      String parent,
      List<String> columns,
      List<String> parentColumns) {

    static Constraint of(ResultSet row, int n) throws SQLException {
      return new Constraint(
          row.getString("name"),
          row.getString("expression"),
          row.getBoolean("nulls_equal"),
          row.getString("parent"),
          strings(row, "columns"),
          strings(row, "parent_columns"));
    }

    private static List<String> strings(ResultSet row, String column) throws SQLException {
      return row.getArray(column) == null
          ? List.of()
          : List.of((String[]) row.getArray(column).getArray());
    }

    /** A key that the table fills itself has another value in the stage. */
    boolean canBeTested(List<String> copied, boolean foreignKeysToo) {
      return expression != null
          || (copied.containsAll(columns) && (parent == null || foreignKeysToo));
    }

    List<DatabaseRefusal> takeGuilty(JdbcTemplate jdbc, Table fact) {
      if (expression != null) {
        return take(
            jdbc,
            // pg_get_expr names columns without a table
            "%2$s in (select %2$s from %1$s where (%3$s) is false)"
                .formatted(STAGE, NUMBER, expression),
            "check_constraint",
            "new row for relation \"%s\" violates check constraint \"%s\""
                .formatted(fact.name().name(), name));
      }
      if (parent != null) {
        return take(
            jdbc,
            "%s and not exists (select 1 from %s p where %s)"
                .formatted(
                    all(columns, "s.%s is not null"), parent, pairs(columns, parentColumns, "=")),
            "foreign_key_constraint",
            "insert or update on table \"%s\" violates foreign key constraint \"%s\""
                .formatted(fact.name().name(), name));
      }
      return takeDuplicates(jdbc, fact);
    }

    private List<DatabaseRefusal> takeDuplicates(JdbcTemplate jdbc, Table fact) {
      String reason = "duplicate key value violates unique constraint \"%s\"".formatted(name);
      String distinct = nullsEqual ? "true" : all(columns, "s.%s is not null");
      List<DatabaseRefusal> refusals = new ArrayList<>();
      refusals.addAll(
          take(
              jdbc,
              "%s and exists (select 1 from %s p where %s)"
                  .formatted(
                      distinct,
                      fact.name().sql(),
                      pairs(columns, columns, nullsEqual ? "is not distinct from" : "=")),
              "unique_constraint",
              reason));
      refusals.addAll(
          take(
              jdbc,
              """
              s.%1$s in (
                select later from (
                  select s.%1$s as later, row_number() over (partition by %2$s order by s.%1$s) as nth
                  from %3$s s where %4$s) numbered
                where nth > 1)
              """
                  .formatted(NUMBER, TableName.quoteAll(columns), STAGE, distinct),
              "unique_constraint",
              reason));
      return refusals;
    }

    private List<DatabaseRefusal> take(
        JdbcTemplate jdbc, String guilty, String code, String reason) {
      String key =
          columns.stream()
              .map(column -> "coalesce(%s::text, 'null')".formatted(TableName.quote(column)))
              .collect(Collectors.joining(", ', ', ", "concat(", ")"));
      return jdbc.query(
          "delete from %s s where %s returning %s - 1, %s"
              .formatted(STAGE, guilty, NUMBER, columns.isEmpty() ? "''" : key),
          (row, n) ->
              new DatabaseRefusal(
                  row.getInt(1),
                  columns.isEmpty() ? null : String.join(", ", columns),
                  columns.isEmpty() ? null : row.getString(2),
                  code,
                  reason));
    }

    private static String all(List<String> columns, String condition) {
      return columns.stream()
          .map(column -> condition.formatted(TableName.quote(column)))
          .collect(Collectors.joining(" and "));
    }

    private static String pairs(List<String> columns, List<String> others, String operator) {
      return IntStream.range(0, columns.size())
          .mapToObj(
              i ->
                  "p.%s %s s.%s"
                      .formatted(
                          TableName.quote(others.get(i)),
                          operator,
                          TableName.quote(columns.get(i))))
          .collect(Collectors.joining(" and "));
    }
  }
}
