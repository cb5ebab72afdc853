package io.refkeeper.sync;

import io.refkeeper.config.SourceConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NamedThreadLocal;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The data source behind {@code jdbc:legacyMySql}: one read-only connection with one consistent
 * snapshot for each configured connection and run. A run stays on one thread, and so do its
 * connections.
 */
public final class MySqlSnapshots extends AbstractDataSource {

  private static final Logger LOG = LoggerFactory.getLogger(MySqlSnapshots.class);

  /** ER_UNKNOWN_TIME_ZONE of MySQL and MariaDB. */
  private static final int UNKNOWN_TIME_ZONE = 1298;

  private final ZoneId timeZone;
  private final SyncSettings settings;
  private final ThreadLocal<Session> current = new NamedThreadLocal<>("legacy MySQL of this run");

  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  MySqlSnapshots(ZoneId timeZone, SyncSettings settings) {
    this.timeZone = timeZone;
    this.settings = settings;
  }

  private static final class Session {
    private final Map<String, SingleConnectionDataSource> open = new HashMap<>();
    private String chosen;
  }

  /** Makes the next {@code jdbc:} step of this thread use that connection; opens it if need be. */
  void use(SourceConnection connection) throws SQLException {
    Session session = current.get();
    if (session == null) {
      session = new Session();
      current.set(session);
    }
    if (!session.open.containsKey(connection.name())) {
      session.open.put(connection.name(), new SingleConnectionDataSource(open(connection), true));
    }
    session.chosen = connection.name();
  }

  /** Connects, and begins a read-only transaction with a consistent snapshot. */
  Connection open(SourceConnection source) throws SQLException {
    Connection connection = MySqlDataSource.of(source, settings).getConnection();
    try (Statement statement = connection.createStatement()) {
      setTimeZone(source, statement);
      statement.execute("set transaction isolation level repeatable read");
      statement.execute("start transaction with consistent snapshot, read only");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * By name, because an offset is right for half a year only where there is summer time. A server
   * without time zone tables knows nothing but offsets.
   */
  private void setTimeZone(SourceConnection source, Statement statement) throws SQLException {
    try {
      statement.execute("set time_zone = '%s'".formatted(timeZone.getId()));
    } catch (SQLException e) {
      if (e.getErrorCode() != UNKNOWN_TIME_ZONE) {
        throw e;
      }
      Instant now = Instant.now();
      String offset = timeZone.getRules().getOffset(now).getId();
      statement.execute("set time_zone = '%s'".formatted("Z".equals(offset) ? "+00:00" : offset));
      if (timeZone.getRules().nextTransition(now) != null && warned.add(source.name())) {
        LOG.warn(
            "Connection {}: the server knows no time zone {}, so its TIMESTAMP values are read at"
                + " today's offset {}; those of the other half of the year are an hour off, and"
                + " change when the clocks do - load its time zone tables"
                + " (mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql mysql)",
            source.name(),
            timeZone.getId(),
            offset);
      }
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    Session session = current.get();
    if (session == null || session.chosen == null) {
      throw new SQLException("No legacy connection was chosen on this thread");
    }
    return session.open.get(session.chosen).getConnection();
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  /**
   * Drops the connections after a table of theirs failed, rows under way with them; the tables
   * after it read from a new snapshot.
   */
  void discard(TableRun run) {
    boolean reading = run.attempt() != null && run.attempt().isReading();
    endSession(reading ? MySqlSnapshots::abort : SingleConnectionDataSource::destroy);
  }

  /** Ends the snapshots of this thread's run. */
  void close() {
    endSession(SingleConnectionDataSource::destroy);
  }

  private void endSession(Consumer<SingleConnectionDataSource> end) {
    Session session = current.get();
    current.remove();
    if (session != null) {
      session.open.values().forEach(end);
    }
  }

  private static void abort(SingleConnectionDataSource held) {
    try {
      // closing would read an unfinished result to its end first
      held.getConnection().abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("The legacy connection was gone already", e);
    }
  }
}
