package io.refkeeper.ingest;

import io.refkeeper.database.SqlResource;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A constraint of a fact table that can be tested for many rows at once.
 *
 * @param kind of constraint
 * @param expression of a CHECK; null: none
 * @param nullsEqual of a unique key: NULLS NOT DISTINCT
 * @param parent of a foreign key, as SQL; null: none
 * @param columns that it is about
 */
record FactConstraint(
    Kind kind,
    String name,
    String expression,
    boolean nullsEqual,
    String parent,
    List<String> columns,
    List<String> parentColumns) {

  private static final String CONSTRAINTS = SqlResource.read("fact_constraints");

  /** In the order in which they are tested. */
  enum Kind {
    CHECK("check_constraint", "new row for relation \"%s\" violates check constraint \"%s\""),
    UNIQUE("unique_constraint", "duplicate key value violates unique constraint \"%2$s\""),
    FOREIGN_KEY(
        "foreign_key_constraint",
        "insert or update on table \"%s\" violates foreign key constraint \"%s\"");

    private final String code;
    private final String message;

    Kind(String code, String message) {
      this.code = code;
      this.message = message;
    }
  }

  /** Those of a table. */
  static List<FactConstraint> of(JdbcTemplate jdbc, Table fact) {
    return jdbc.query(CONSTRAINTS, FactConstraint::of, fact.oid(), fact.oid(), fact.oid());
  }

  private static FactConstraint of(ResultSet row, int n) throws SQLException {
    return new FactConstraint(
        Kind.values()[row.getInt("n") - 1],
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

  /** The reason code of rows that violate it. */
  String code() {
    return kind.code;
  }

  /** What PostgreSQL says of a row that violates it. */
  String reason(Table fact) {
    return kind.message.formatted(fact.name().name(), name);
  }

  /** The columns' names, joined; null: none. */
  String columnNames() {
    return columns.isEmpty() ? null : String.join(", ", columns);
  }

  /** SQL for the values of the columns, joined. */
  String values() {
    return columns.isEmpty()
        ? "null"
        : columns.stream()
            .map(column -> "coalesce(s.%s::text, 'null')".formatted(TableName.quote(column)))
            .collect(Collectors.joining(", ', ', ", "concat(", ")"));
  }

  /**
   * Conditions for the rows {@code s} of a stage that violate it, to be tested one after the other.
   *
   * @param stage a table with columns of the fact table
   * @param number its column that numbers the rows
   */
  List<String> guilty(Table fact, String stage, String number) {
    return switch (kind) {
      case CHECK ->
          // pg_get_expr names columns without a table
          List.of(
              "s.%2$s in (select %2$s from %1$s where (%3$s) is false)"
                  .formatted(stage, number, expression));
      case FOREIGN_KEY ->
          List.of(
              "%s and not exists (select 1 from %s p where %s)"
                  .formatted(
                      all(columns, "s.%s is not null"),
                      parent,
                      pairs(columns, parentColumns, "=")));
      case UNIQUE -> duplicates(fact, stage, number);
    };
  }

  private List<String> duplicates(Table fact, String stage, String number) {
    String distinct = nullsEqual ? "true" : all(columns, "s.%s is not null");
    return List.of(
        "%s and exists (select 1 from %s p where %s)"
            .formatted(
                distinct,
                fact.name().sql(),
                pairs(columns, columns, nullsEqual ? "is not distinct from" : "=")),
        """
        s.%1$s in (
          select later from (
            select s.%1$s as later, row_number() over (partition by %2$s order by s.%1$s) as nth
            from %3$s s where %4$s) numbered
          where nth > 1)
        """
            .formatted(number, TableName.quoteAll(columns), stage, distinct));
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
                        TableName.quote(others.get(i)), operator, TableName.quote(columns.get(i))))
        .collect(Collectors.joining(" and "));
  }
}
