package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.database.TableName;
import io.refkeeper.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another PostgreSQL: one read-only REPEATABLE READ transaction for each connection and run, read
 * by a cursor. Not by {@code jdbc:} steps: the target's failures and the source's come from the
 * same driver, and could not be told apart further out.
 */
public final class PostgresSource extends DatabaseSource {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresSource.class);
  private static final int ROWS_AT_ONCE = 2_000;
  private static final Set<String> MOMENTS = Set.of("date", "timestamp", "timestamptz");
  private static final Set<String> TEXTS = Set.of("text", "varchar");

  /** By run, then by connection name. */
  private final Map<SyncRun, Map<String, Connection>> snapshots = new ConcurrentHashMap<>();

  @Override
  public SourceType type() {
    return SourceType.POSTGRES;
  }

  /**
   * Asks for the table's rows.
   *
   * @return texts by column name, fetched as they are taken
   * @throws SourceFailure when the server, the table or a column is not there
   */
  public Iterator<Map<String, ?>> read(@ExchangeProperty("table") TableRun run) {
    try {
      Statement statement = snapshot(run).createStatement();
      String query = query(run, types(statement, run), null);
      statement.setFetchSize(ROWS_AT_ONCE);
      return new ResultRows(
          statement, query, failure -> new SourceFailure(explain(failure, run), failure));
    } catch (SQLException e) {
      throw new SourceFailure(explain(e, run), e);
    }
  }

  private Connection snapshot(TableRun run) throws SQLException {
    SourceConnection connection = connection(run);
    Map<String, Connection> open = snapshots.computeIfAbsent(run.run(), r -> new HashMap<>());
    Connection snapshot = open.get(connection.name());
    if (snapshot == null) {
      snapshot = connect(connection);
      open.put(connection.name(), snapshot);
    }
    return snapshot;
  }

  @Override
  Connection connect(SourceConnection connection) throws SQLException {
    return PostgresConnections.open(connection, context().settings(), context().timeZone());
  }

  /** Its snapshot is no longer to be trusted; the tables after it read from a new one. */
  @Override
  public void discard(TableRun run) {
    Map<String, Connection> open = snapshots.get(run.run());
    Connection failed = open == null ? null : open.remove(run.source().sourceConfig().connection());
    if (failed != null) {
      end(failed);
    }
  }

  @Override
  public void close(SyncRun run) {
    Map<String, Connection> open = snapshots.remove(run);
    if (open != null) {
      open.values().forEach(PostgresSource::end);
    }
  }

  private static void end(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("The source's connection was gone already", e);
    }
  }

  @Override
  Problem explain(SQLException failure, TableRun run) {
    return PostgresProblems.explain(failure, run, connection(run));
  }

  @Override
  String describe(TableRun run) {
    return """
    select a.attname, t.typname
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped
    order by a.attnum"""
        .formatted(literal(relation(run)));
  }

  private static TableName name(TableRun run) {
    String schema = run.source().sourceConfig().database();
    return new TableName(schema == null ? "public" : schema, run.source().sourceConfig().table());
  }

  @Override
  String relation(TableRun run) {
    return name(run).sql();
  }

  @Override
  String tableName(TableRun run) {
    return name(run).toString();
  }

  @Override
  String server() {
    return "PostgreSQL source";
  }

  @Override
  boolean isMoment(String type) {
    return MOMENTS.contains(type);
  }

  /**
   * A moment that the watermark is taken from is asked for in UTC where the target allows it: local
   * times of the hour that summer time repeats do not follow each other as texts.
   */
  @Override
  String asText(SourceColumn column) {
    String name = quoted(column.name());
    boolean asUtc = column.target() == null || column.target().equals("timestamptz");
    if (column.incremental() && column.type().equals("timestamptz") && asUtc) {
      return "to_char(%s at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00:00')".formatted(name);
    }
    return name + "::text";
  }

  @Override
  String since(SourceColumn column, String watermark) {
    return "%s >= %s::%s - interval '10 minutes'"
        .formatted(quoted(column.name()), literal(watermark), column.type());
  }

  /** Keys of other types than text are compared as text: not every text is a value of theirs. */
  @Override
  String among(List<SourceColumn> columns, List<List<String>> keys) {
    String names =
        columns.stream()
            .map(c -> quoted(c.name()) + (TEXTS.contains(c.type()) ? "" : "::text"))
            .collect(Collectors.joining(", "));
    String arrays =
        IntStream.range(0, columns.size())
            .mapToObj(
                i ->
                    keys.stream()
                        .map(key -> literal(key.get(i)))
                        .collect(Collectors.joining(", ", "array[", "]::text[]")))
            .collect(Collectors.joining(", "));
    return "(%s) in (select * from unnest(%s))".formatted(names, arrays);
  }

  @Override
  String quoted(String identifier) {
    return TableName.quote(identifier);
  }

  /** A text literal that no setting of the server can read otherwise: hexadecimal, as UTF-8. */
  @Override
  String literal(String text) {
    String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    return "convert_from(decode('%s', 'hex'), 'UTF8')".formatted(hex);
  }
}
