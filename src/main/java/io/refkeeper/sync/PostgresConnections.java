package io.refkeeper.sync;

import io.refkeeper.config.SourceConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/** How a PostgreSQL that is a source is connected to. */
final class PostgresConnections {

  private PostgresConnections() {}

  /**
   * Begins a read-only transaction on a new connection; its snapshot is taken by its first query.
   */
  static Connection open(SourceConnection connection, SyncSettings settings, ZoneId timeZone)
      throws SQLException {
    Connection open = dataSource(connection, settings).getConnection();
    try (Statement statement = open.createStatement()) {
      statement.execute(
          """
          set timezone to '%s'; set datestyle to 'ISO, YMD'; set intervalstyle to 'postgres';
          set bytea_output to 'hex'; set idle_in_transaction_session_timeout to 0"""
              .formatted(timeZone.getId()));
      open.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      open.setReadOnly(true);
      open.setAutoCommit(false); // the driver reads by cursor inside a transaction only
      return open;
    } catch (SQLException e) {
      open.close();
      throw e;
    }
  }

  private static PGSimpleDataSource dataSource(SourceConnection connection, SyncSettings settings) {
    SourceHost.check(connection);
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {connection.host()});
    source.setPortNumbers(new int[] {connection.port()});
    source.setDatabaseName(connection.database());
    source.setUser(connection.user());
    source.setPassword(connection.password());
    source.setApplicationName("refkeeper sync");
    int connectSeconds = (int) Math.max(1, settings.connectTimeout().toSeconds());
    source.setConnectTimeout(connectSeconds);
    source.setSocketTimeout((int) Math.max(1, settings.readTimeout().toSeconds()));
    source.setTcpKeepAlive(true);
    switch (connection.tls()) {
      case REQUIRED -> {
        source.setSslMode("verify-full");
        source.setSslfactory(DefaultJavaSSLFactory.class.getName());
      }
      case PREFERRED -> source.setSslMode("prefer");
      case DISABLED -> source.setSslMode("disable");
    }
    return source;
  }
}
