package io.refkeeper.sync;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.testing.TestPostgres;
import java.net.URI;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database of a PostgreSQL that is a source. */
final class PostgresTables implements AutoCloseable {

  private final HikariDataSource database = TestPostgres.newDatabase();
  private final URI url = URI.create(database.getJdbcUrl().substring("jdbc:".length()));

  SourceConnection connection() {
    return connection(url.getPort(), "postgres");
  }

  /** The same by another port, or as somebody else. */
  SourceConnection connection(int port, String user) {
    return new SourceConnection(
        "other",
        "postgres",
        "localhost",
        port,
        url.getPath().substring(1),
        user,
        "secret",
        SourceConnection.Tls.DISABLED);
  }

  int port() {
    return url.getPort();
  }

  String name() {
    return url.getPath().substring(1);
  }

  void execute(String... statements) {
    JdbcTemplate sql = new JdbcTemplate(database);
    for (String statement : statements) {
      sql.execute(statement);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
