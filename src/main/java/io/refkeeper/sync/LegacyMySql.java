package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.database.Table;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.sync.ColumnMapping.Pair;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Handler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The two queries to a legacy MySQL that {@code jdbc:legacyMySql} runs: what columns the table has,
 * and its rows. Every value is asked for as text, so that nothing is lost between two type systems.
 */
public final class LegacyMySql {

  private static final Set<String> TEMPORAL = Set.of("date", "datetime", "timestamp");
  private static final Set<String> BINARY =
      Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
  private static final Pattern WATERMARK = Pattern.compile("[0-9 :.T-]{1,40}");

  private final Map<String, SourceConnection> connections;
  private final MySqlSnapshots snapshots;
  private final JdbcClient target;

  public LegacyMySql(
      Map<String, SourceConnection> connections, MySqlSnapshots snapshots, DataSource target) {
    this.connections = connections;
    this.snapshots = snapshots;
    this.target = JdbcClient.create(target);
  }

  /** Connects, and gives the query for the source's columns. */
  @Handler
  public String describe(@ExchangeProperty("table") TableRun run) throws SQLException {
    SourceConnection connection = connection(run);
    snapshots.use(connection);
    return """
    select column_name as name, lower(data_type) as type from information_schema.columns
    where table_schema = %s and table_name = %s order by ordinal_position"""
        .formatted(literal(database(run)), literal(run.source().sourceConfig().table()));
  }

  /**
   * Maps the columns, and gives the query for the rows.
   *
   * @param columns the answer to {@link #describe}
   * @throws ProblemException when the table or a column is missing, or nobody may read it
   */
  public String select(
      @ExchangeProperty("table") TableRun run, @Body List<Map<String, Object>> columns) {
    ReferenceSource source = run.source();
    if (columns.isEmpty()) {
      throw new ProblemException(
          new Problem(
              "source_table_missing",
              "The legacy server has no table %s.%s, or user %s may not read it"
                  .formatted(database(run), source.sourceConfig().table(), connection(run).user()),
              place(run),
              "Correct source_config.table, or grant SELECT; nothing was written"));
    }
    Map<String, String> types = new LinkedHashMap<>();
    columns.forEach(c -> types.put((String) c.get("name"), (String) c.get("type")));
    Table table = run.attempt().target();
    ColumnMapping mapping = ColumnMapping.resolve(table, source, types.keySet(), place(run));
    Set<String> keys = keyColumns(run, table, mapping);
    Set<String> temporal = new HashSet<>();
    List<String> wanted = new ArrayList<>(mapping.sources());
    if (source.incrementalColumn() != null && !wanted.contains(source.incrementalColumn())) {
      wanted.add(source.incrementalColumn());
    }
    List<String> selected = new ArrayList<>();
    for (String name : wanted) {
      String type = types.get(name);
      if (type == null) {
        throw new ProblemException(
            new Problem(
                "unknown_source_column",
                "The source has no column %s, which incremental_column names".formatted(name),
                place(run),
                "Correct incremental_column; nothing was written"));
      }
      if (TEMPORAL.contains(type)) {
        temporal.add(name);
      }
      selected.add(asText(name, type, keys.contains(name)) + " as " + quoted(name));
    }
    String watermark = source.incrementalColumn() == null ? null : lastWatermark(run);
    run.attempt().fetches(new Fetch(mapping, temporal, watermark == null, watermark));
    return "select %s from %s.%s%s"
        .formatted(
            String.join(", ", selected),
            quoted(database(run)),
            quoted(source.sourceConfig().table()),
            condition(source, types, watermark));
  }

  /** Source columns that hold keys: the table's own, and those of its parents. */
  private static Set<String> keyColumns(TableRun run, Table table, ColumnMapping mapping) {
    Set<String> keys = new HashSet<>(run.source().targetKey());
    table.foreignKeys().forEach(key -> keys.addAll(key.columns()));
    return mapping.pairs().stream()
        .filter(pair -> keys.contains(pair.target()))
        .map(Pair::source)
        .collect(Collectors.toSet());
  }

  /**
   * A column as text. MySQL compares keys without their trailing spaces, PostgreSQL with them: a
   * key that its own children and facts would not find here is delivered without.
   */
  private static String asText(String name, String type, boolean key) {
    String column = quoted(name);
    if (BINARY.contains(type)) {
      return "concat('\\\\x', hex(" + column + "))";
    }
    if ("bit".equals(type)) {
      return "cast(" + column + " as unsigned)";
    }
    String text = "cast(" + column + " as char)";
    return key ? "trim(trailing ' ' from " + text + ")" : text;
  }

  private static String condition(
      ReferenceSource source, Map<String, String> types, String watermark) {
    List<String> conditions = new ArrayList<>();
    String where = source.sourceConfig().where();
    if (where != null && !where.isBlank()) {
      conditions.add("(" + where + ")");
    }
    if (watermark != null) {
      String incremental = source.incrementalColumn();
      boolean moment = TEMPORAL.contains(types.get(incremental));
      conditions.add(
          quoted(incremental)
              + " >= "
              + (moment
                  ? "timestamp(" + literal(watermark) + ") - interval 10 minute"
                  : literal(watermark)));
    }
    return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
  }

  /** Where the last successful fetch ended; null: nowhere, or at no number and no moment. */
  private String lastWatermark(TableRun run) {
    return target
        .sql(
            """
            select watermark from refkeeper.sync_table_run
            where table_schema = ? and table_name = ? and status in ('ok', 'unchanged') and watermark is not null
            order by id desc limit 1
            """)
        .params(run.name().schema(), run.name().name())
        .query(String.class)
        .optional()
        .filter(watermark -> WATERMARK.matcher(watermark).matches())
        .orElse(null);
  }

  private SourceConnection connection(TableRun run) {
    String name = run.source().sourceConfig().connection();
    SourceConnection connection = connections.get(name);
    if (connection == null || !"mysql".equals(connection.type().toLowerCase(Locale.ROOT))) {
      throw new ProblemException(
          new Problem(
              "unknown_connection",
              "There is no connection %s of type mysql".formatted(name),
              run.name().toString(),
              "Add it under connections in config/reference_sources.yml; nothing was written"));
    }
    return connection;
  }

  private String database(TableRun run) {
    String database = run.source().sourceConfig().database();
    return database == null ? connection(run).database() : database;
  }

  private String place(TableRun run) {
    return "%s.%s at %s"
        .formatted(database(run), run.source().sourceConfig().table(), connection(run));
  }

  private static String quoted(String identifier) {
    return "`" + identifier.replace("`", "``") + "`";
  }

  /** A text literal that no sql_mode can read otherwise: hexadecimal, as UTF-8. */
  private static String literal(String text) {
    StringBuilder hex = new StringBuilder("convert(0x");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hex.append("%02x".formatted(b));
    }
    return hex.append(" using utf8mb4)").toString();
  }
}
