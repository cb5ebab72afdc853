package io.refkeeper.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * One real PostgreSQL server for the whole test run; each test class takes a database of its own.
 */
public final class TestPostgres {

  private static final Path FOLDER = Path.of("target", "postgres");
  private static final Path DATA = FOLDER.resolve("data");
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
   * Stops the server without a checkpoint, as a power failure does, and starts it again: all
   * sessions end, what was not committed is gone.
   */
  public static void restartAsAfterPowerFailure() {
    try {
      Path programs;
      try (Stream<Path> children = Files.list(FOLDER)) {
        programs =
            children.filter(child -> Files.exists(child.resolve("bin"))).findFirst().orElseThrow();
      }
      List<String> command =
          new ArrayList<>(LinuxUtils.isUnshareAvailable() ? List.of("unshare", "-U") : List.of());
      command.addAll(
          List.of(
              programs.resolve("bin/pg_ctl").toString(),
              "restart",
              "-w",
              "-m",
              "immediate",
              "-D",
              DATA.toString(),
              "-l",
              FOLDER.resolve("restarted.log").toString()));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(FOLDER.resolve("restart.log").toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(Files.readString(FOLDER.resolve("restart.log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * The data of a run are left for the next one to delete: at the end they would hold up the exit,
   * with a folder of some hundred files for each test class.
   */
  private static EmbeddedPostgres start() {
    try {
      FileUtils.deleteDirectory(DATA.toFile());
      return EmbeddedPostgres.builder()
          .setOverrideWorkingDirectory(FOLDER.toFile())
          .setDataDirectory(DATA)
          .setCleanDataDirectory(false)
          .setServerConfig("max_connections", "200")
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
