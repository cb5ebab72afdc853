package io.refkeeper.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.io.FileUtils;

/**
 * One real PostgreSQL server for the whole test run; each test class takes a database of its own.
 */
public final class TestPostgres {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final EmbeddedPostgres SERVER = start();

  private TestPostgres() {}

  /** A pool on a new, empty database. Closing it is the caller's. */
  public static HikariDataSource newDatabase() {
    String name = "test_" + NUMBER.incrementAndGet();
    execute("create database " + name);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url(name));
    config.setUsername("postgres");
    config.setMaximumPoolSize(12);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  /** The JDBC URL of a database of the test server; the user is {@code postgres}, no password. */
  public static String url(String database) {
    return "jdbc:postgresql://localhost:" + SERVER.getPort() + "/" + database;
  }

  /** Runs a statement as superuser in the maintenance database. */
  public static void execute(String sql) {
    try (Connection connection = SERVER.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /**
   * The data of a run are left for the next one to delete: at the end they would hold up the exit,
   * with a folder of some hundred files for each test class.
   */
  private static EmbeddedPostgres start() {
    Path folder = Path.of("target", "postgres");
    Path data = folder.resolve("data");
    try {
      FileUtils.deleteDirectory(data.toFile());
      return EmbeddedPostgres.builder()
          .setOverrideWorkingDirectory(folder.toFile())
          .setDataDirectory(data)
          .setCleanDataDirectory(false)
          .setServerConfig("max_connections", "200")
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
