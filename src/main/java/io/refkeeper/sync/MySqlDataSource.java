package io.refkeeper.sync;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.refkeeper.config.SourceConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import javax.sql.DataSource;

/** How a legacy MySQL is connected to: as if it were hostile, since it may be. */
final class MySqlDataSource {

  private MySqlDataSource() {}

  /** A data source without a pool; a host or database name cannot add a setting to its URL. */
  static DataSource of(SourceConnection connection, SyncSettings settings) {
    SourceHost.check(connection);
    MysqlDataSource source = new MysqlDataSource();
    source.setServerName(connection.host());
    source.setPortNumber(connection.port());
    source.setDatabaseName(URLEncoder.encode(connection.database(), StandardCharsets.UTF_8));
    source.setUser(connection.user());
    source.setPassword(connection.password());
    try {
      source.setSslMode(sslMode(connection.tls()));
      source.setAllowLoadLocalInfile(false);
      source.setAllowUrlInLocalInfile(false);
      source.setAllowMultiQueries(false);
      source.setAllowPublicKeyRetrieval(false);
      source.setConnectTimeout((int) settings.connectTimeout().toMillis());
      source.setSocketTimeout((int) settings.readTimeout().toMillis());
      source.setTcpKeepAlive(true);
      source.setTinyInt1isBit(false);
      source.setCharacterEncoding("UTF-8");
    } catch (SQLException e) {
      throw new IllegalStateException("Connector/J refuses a setting", e);
    }
    return source;
  }

  private static String sslMode(SourceConnection.Tls tls) {
    return switch (tls) {
      case REQUIRED -> "VERIFY_IDENTITY";
      case PREFERRED -> "PREFERRED";
      case DISABLED -> "DISABLED";
    };
  }
}
