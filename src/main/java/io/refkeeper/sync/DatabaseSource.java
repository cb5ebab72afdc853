package io.refkeeper.sync;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.database.CauseChain;
import io.refkeeper.database.Table;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.sync.ColumnMapping.Pair;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table of another database. Every value is asked for as text, so that nothing is lost between
 * two type systems.
 */
abstract class DatabaseSource implements Source {

  private SourceContext context;
  private Watermarks watermarks;

  /**
   * A column that is asked for.
   *
   * @param type as the source names it
   * @param key whether it holds keys: the table's own, or those of its parents
   * @param target the type of the column that it goes to; null: it is asked for as watermark only
   */
  record SourceColumn(String name, String type, boolean key, boolean incremental, String target) {}

  @Override
  public void open(SourceContext newContext) {
    context = newContext;
    watermarks = new Watermarks(newContext.target());
  }

  SourceContext context() {
    return context;
  }

  /** Connects, and begins a read-only transaction with one consistent snapshot. */
  abstract Connection connect(SourceConnection connection) throws SQLException;

  /** The query for the table's columns: name and type, in order. */
  abstract String describe(TableRun run);

  /** The table in the source's SQL. */
  abstract String relation(TableRun run);

  abstract String quoted(String identifier);

  abstract String literal(String text);

  /** Whether a type holds moments, which a watermark's overlap can be taken from. */
  abstract boolean isMoment(String type);

  /** An expression for the column's value as text. */
  abstract String asText(SourceColumn column);

  /** The condition that a moment is not earlier than ten minutes before the watermark. */
  abstract String since(SourceColumn column, String watermark);

  /** The condition that the columns hold one of the keys. */
  abstract String among(List<SourceColumn> columns, List<List<String>> keys);

  /** The server, as messages call it. */
  abstract String server();

  abstract Problem explain(SQLException failure, TableRun run);

  @Override
  public Problem explain(Throwable failure, TableRun run) {
    SQLException sql = null;
    for (Throwable cause : CauseChain.of(failure)) {
      sql = cause instanceof SQLException exception ? exception : sql;
    }
    return explain(sql, run);
  }

  /**
   * Maps the columns, and gives the query for the rows.
   *
   * @param types the source's columns with their types; empty: there is no such table
   * @param keys only the rows of these, in the order of the target's key; null: all rows, or those
   *     that changed since the watermark
   * @throws ProblemException when the table or a column is missing, or nobody may read it
   */
  String query(TableRun run, Map<String, String> types, List<List<String>> keys) {
    if (types.isEmpty()) {
      throw new SourceFailure(
          new Problem(
              "source_table_missing",
              "The %s has no table %s, or user %s may not read it"
                  .formatted(server(), tableName(run), connection(run).user()),
              place(run),
              "Correct source_config.table, or grant SELECT; nothing was written"));
    }
    ReferenceSource source = run.source();
    ColumnMapping mapping =
        ColumnMapping.resolve(run.attempt().target(), source, types.keySet(), place(run));
    List<SourceColumn> columns = columns(run, types, mapping);
    Set<String> moments =
        columns.stream()
            .filter(column -> isMoment(column.type()))
            .map(SourceColumn::name)
            .collect(Collectors.toSet());
    boolean incremental = keys == null && source.incrementalColumn() != null;
    String watermark = incremental ? watermarks.last(run.name()) : null;
    boolean complete = keys == null && watermark == null;
    run.attempt().fetches(new Fetch(mapping, moments, complete, watermark));
    List<String> conditions = new ArrayList<>();
    String where = source.sourceConfig().where();
    if (where != null && !where.isBlank()) {
      conditions.add("(" + where + ")");
    }
    if (watermark != null) {
      conditions.add(since(columns, watermark));
    }
    if (keys != null) {
      conditions.add(among(keyColumns(source, mapping, columns), keys));
    }
    return "select %s from %s%s"
        .formatted(
            columns.stream()
                .map(column -> asText(column) + " as " + quoted(column.name()))
                .collect(Collectors.joining(", ")),
            relation(run),
            conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions));
  }

  private List<SourceColumn> columns(
      TableRun run, Map<String, String> types, ColumnMapping mapping) {
    Table table = run.attempt().target();
    String incremental = run.source().incrementalColumn();
    Set<String> keys = new java.util.HashSet<>(run.source().targetKey());
    table.foreignKeys().forEach(key -> keys.addAll(key.columns()));
    List<SourceColumn> columns = new ArrayList<>();
    for (Pair pair : mapping.pairs()) {
      columns.add(
          new SourceColumn(
              pair.source(),
              types.get(pair.source()),
              keys.contains(pair.target()),
              pair.source().equals(incremental),
              table.column(pair.target()).map(Table.Column::baseType).orElse("")));
    }
    if (incremental != null && !mapping.sources().contains(incremental)) {
      if (!types.containsKey(incremental)) {
        throw new SourceFailure(
            new Problem(
                "unknown_source_column",
                "The source has no column %s, which incremental_column names"
                    .formatted(incremental),
                place(run),
                "Correct incremental_column; nothing was written"));
      }
      columns.add(new SourceColumn(incremental, types.get(incremental), false, true, null));
    }
    return columns;
  }

  private String since(List<SourceColumn> columns, String watermark) {
    SourceColumn column =
        columns.stream().filter(SourceColumn::incremental).findFirst().orElseThrow();
    return isMoment(column.type())
        ? since(column, watermark)
        : quoted(column.name()) + " >= " + literal(watermark);
  }

  private static List<SourceColumn> keyColumns(
      ReferenceSource source, ColumnMapping mapping, List<SourceColumn> columns) {
    return source.targetKey().stream()
        .map(key -> columns.get(mapping.targets().indexOf(key)))
        .toList();
  }

  @Override
  public List<Map<String, ?>> find(TableRun run, List<List<String>> keys) {
    try (Connection connection = connect(connection(run));
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout((int) Math.max(1, context.settings().readTimeout().toSeconds()));
      String query = query(run, types(statement, run), keys);
      // of a key that is not unique at the source, two rows are enough to see it
      statement.setMaxRows(2 * keys.size());
      List<Map<String, ?>> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery(query)) {
        ResultRows.forEach(result, rows::add);
      }
      return rows;
    } catch (SQLException e) {
      throw new SourceFailure(explain(e, run), e);
    }
  }

  /** The table's columns with their types, in order. */
  Map<String, String> types(Statement statement, TableRun run) throws SQLException {
    Map<String, String> types = new LinkedHashMap<>();
    try (ResultSet columns = statement.executeQuery(describe(run))) {
      while (columns.next()) {
        types.put(columns.getString(1), columns.getString(2));
      }
    }
    return types;
  }

  @Override
  public List<Problem> inspect(TableRun run) {
    try (Connection connection = connect(connection(run));
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout((int) Math.max(1, context.settings().readTimeout().toSeconds()));
      statement.executeQuery(query(run, types(statement, run), null) + " limit 0").close();
      return List.of();
    } catch (ProblemException e) {
      return e.problems();
    } catch (SQLException e) {
      return List.of(explain(e, run));
    }
  }

  @Override
  public Optional<Problem> probe(ReferenceSource table) {
    SourceConnection connection = context.connections().get(table.sourceConfig().connection());
    try (Connection open = connect(connection)) {
      open.getMetaData().getDatabaseProductVersion();
      return Optional.empty();
    } catch (ProblemException e) {
      return Optional.of(e.problems().get(0));
    } catch (SQLException e) {
      Problem known = explain(e, TableRun.alone(table, null, context.settings()));
      boolean refused =
          List.of("source_access_denied", "source_database_missing").contains(known.code());
      return Optional.of(
          new Problem(
              refused ? known.code() : "source_unreachable",
              refused
                  ? "%s: %s".formatted(connection, known.message())
                  : "%s cannot be reached now: %s".formatted(connection, reason(e)),
              "connection " + connection.name(),
              (refused ? "check its user, password and database; " : "")
                  + "syncs from it will fail, and loads go on in degraded mode, until "
                  + (refused ? "this is right" : "it is back")));
    }
  }

  /** What a failure to connect says, in one line. */
  String reason(SQLException failure) {
    for (Throwable cause : CauseChain.of(failure)) {
      if (cause instanceof UnknownHostException) {
        return "nobody knows the host " + cause.getMessage().replaceFirst(":.*", "");
      }
    }
    return failure.getMessage().replaceAll("\\s+", " ").strip();
  }

  /** The table's connection. */
  SourceConnection connection(TableRun run) {
    String name = run.source().sourceConfig().connection();
    SourceConnection connection = name == null ? null : context.connections().get(name);
    if (connection == null || !type().connectionType().equalsIgnoreCase(connection.type())) {
      throw new SourceFailure(
          new Problem(
              "unknown_connection",
              "There is no connection %s of type %s".formatted(name, type().connectionType()),
              run.name().toString(),
              "Add it under connections in %s; nothing was written"
                  .formatted(Configuration.fileOfReferenceSources(context.directory()))));
    }
    return connection;
  }

  /** The table with its schema or database, for messages. */
  abstract String tableName(TableRun run);

  String place(TableRun run) {
    return "%s at %s".formatted(tableName(run), connection(run));
  }
}
