package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * A legacy MySQL. {@code jdbc:legacyMySql} runs the two queries of a sync: what columns the table
 * has, and its rows, which the driver streams.
 */
public final class LegacyMySql extends DatabaseSource {

  private static final Set<String> TEMPORAL = Set.of("date", "datetime", "timestamp");
  private static final Set<String> BINARY =
      Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");

  private MySqlSnapshots snapshots;

  @Override
  public SourceType type() {
    return SourceType.LEGACY_MYSQL;
  }

  @Override
  public void open(SourceContext context) {
    super.open(context);
    snapshots = new MySqlSnapshots(context.timeZone(), context.settings());
  }

  @Override
  public Map<String, Object> beans() {
    return Map.of("legacyMySql", snapshots);
  }

  @Override
  public void discard(TableRun run) {
    snapshots.discard(run);
  }

  @Override
  public void close(SyncRun run) {
    snapshots.close();
  }

  @Override
  public boolean made(Throwable failure) {
    return MySqlProblems.isFrom(failure);
  }

  @Override
  Problem explain(SQLException failure, TableRun run) {
    return MySqlProblems.explain(failure, run, connection(run));
  }

  @Override
  String reason(SQLException failure) {
    return MySqlProblems.withCause(failure);
  }

  @Override
  Connection connect(SourceConnection connection) throws SQLException {
    return snapshots.open(connection);
  }

  /** Makes the steps after this one use the table's connection, and gives the first query. */
  public String connectAndDescribe(@ExchangeProperty("table") TableRun run) throws SQLException {
    snapshots.use(connection(run));
    return describe(run);
  }

  /**
   * Maps the columns, and gives the query for the rows.
   *
   * @param columns the answer to {@link #connectAndDescribe}
   * @throws ProblemException when the table or a column is missing, or nobody may read it
   */
  public String select(
      @ExchangeProperty("table") TableRun run, @Body List<Map<String, Object>> columns) {
    Map<String, String> types = new LinkedHashMap<>();
    columns.forEach(c -> types.put((String) c.get("name"), (String) c.get("type")));
    return query(run, types, null);
  }

  @Override
  String describe(TableRun run) {
    return """
    select column_name as name, lower(data_type) as type from information_schema.columns
    where table_schema = %s and table_name = %s order by ordinal_position"""
        .formatted(literal(database(run)), literal(run.source().sourceConfig().table()));
  }

  private String database(TableRun run) {
    String database = run.source().sourceConfig().database();
    return database == null ? connection(run).database() : database;
  }

  @Override
  String relation(TableRun run) {
    return quoted(database(run)) + "." + quoted(run.source().sourceConfig().table());
  }

  @Override
  String tableName(TableRun run) {
    return database(run) + "." + run.source().sourceConfig().table();
  }

  @Override
  String server() {
    return "legacy server";
  }

  @Override
  boolean isMoment(String type) {
    return TEMPORAL.contains(type);
  }

  /**
   * A column as text. MySQL compares keys without their trailing spaces, PostgreSQL with them: a
   * key that its own children and facts would not find here is delivered without.
   */
  @Override
  String asText(SourceColumn column) {
    String name = quoted(column.name());
    if (BINARY.contains(column.type())) {
      return "concat('\\\\x', hex(" + name + "))";
    }
    if ("bit".equals(column.type())) {
      return "cast(" + name + " as unsigned)";
    }
    String text = "cast(" + name + " as char)";
    return column.key() ? "trim(trailing ' ' from " + text + ")" : text;
  }

  @Override
  String since(SourceColumn column, String watermark) {
    return "%s >= timestamp(%s) - interval 10 minute"
        .formatted(quoted(column.name()), literal(watermark));
  }

  @Override
  String among(List<SourceColumn> columns, List<List<String>> keys) {
    return "(%s) in (%s)"
        .formatted(
            columns.stream().map(c -> quoted(c.name())).collect(Collectors.joining(", ")),
            keys.stream()
                .map(
                    key ->
                        key.stream().map(this::literal).collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", ")));
  }

  @Override
  String quoted(String identifier) {
    return "`" + identifier.replace("`", "``") + "`";
  }

  /** A text literal that no sql_mode can read otherwise: hexadecimal, as UTF-8. */
  @Override
  String literal(String text) {
    StringBuilder hex = new StringBuilder("convert(0x");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hex.append("%02x".formatted(b));
    }
    return hex.append(" using utf8mb4)").toString();
  }
}
