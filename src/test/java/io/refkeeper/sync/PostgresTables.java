package io.refkeeper.sync;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.testing.TestPostgres;
import java.net.URI;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database of a PostgreSQL that is a source. */
final class PostgresTables implements AutoCloseable {

  private final HikariDataSource database = TestPostgres.newDatabase();
  private final URI url = URI.create(database.getJdbcUrl().substring("jdbc:".length()));

  SourceConnection connection() {
    return connection("other", url.getPort(), "postgres");
  }

  /** The same by another port, or as somebody else. */
  SourceConnection connection(String name, int port, String user) {
    return new SourceConnection(
        name,
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

  void execute(String... statements) {
    JdbcTemplate sql = new JdbcTemplate(database);
    for (String statement : statements) {
      sql.execute(statement);
    }
  }

  List<String> rows(String query) {
    return new JdbcTemplate(database).queryForList(query, String.class);
  }

  /** How many sessions syncs have there. */
  long sessions() {
    return rows("select pid::text from pg_stat_activity where datname = current_database() and application_name = 'refkeeper sync'")
        .size();
  }

  @Override
  public void close() {
    database.close();
  }
}
