package io.refkeeper.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.ControlSchema;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * Real PostgreSQL servers for the whole test run, one a version, started when first asked for; each
 * test class takes a database of its own.
 */
public final class TestPostgres {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Map<Server, EmbeddedPostgres> SERVERS = new EnumMap<>(Server.class);
  private static String migrated;

  private TestPostgres() {}

  /** Both ends of what is supported. */
  public enum Server {
    NEWEST,
    /** Its binaries are not on the classpath but in a folder of the build. */
    OLDEST;

    private Path folder() {
      return Path.of("target", "postgres-" + name().toLowerCase(Locale.ROOT));
    }
  }

  /** The server of all tests that do not ask for one: NEWEST unless the run says otherwise. */
  private static Server standard() {
    return Server.valueOf(System.getProperty("refkeeper.test.postgres", Server.NEWEST.name()));
  }

  /** A pool on a new, empty database. Closing it is the caller's. */
  public static HikariDataSource newDatabase() {
    return newDatabase(standard());
  }

  /** A pool on a new, empty database of that server. Closing it is the caller's. */
  public static HikariDataSource newDatabase(Server server) {
    return newDatabase(server, "template1");
  }

  /**
   * A pool on a new database that has the control schema and nothing else: a copy is made in a
   * third of the time that the migrations take. Closing it is the caller's.
   */
  public static synchronized HikariDataSource migratedDatabase() {
    if (migrated == null) {
      try (HikariDataSource first = newDatabase()) {
        ControlSchema.migrate(first);
        migrated = first.getJdbcUrl().substring(first.getJdbcUrl().lastIndexOf('/') + 1);
      }
      execute("alter database %s allow_connections false".formatted(migrated));
    }
    return newDatabase(standard(), migrated);
  }

  private static HikariDataSource newDatabase(Server server, String template) {
    String name = "test_" + NUMBER.incrementAndGet();
    execute(server, "create database %s template %s".formatted(name, template));
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url(server, name));
    config.setUsername("postgres");
    config.setMaximumPoolSize(12);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  /** The JDBC URL of a database of the test server; the user is {@code postgres}, no password. */
  public static String url(String database) {
    return url(standard(), database);
  }

  private static String url(Server server, String database) {
    return "jdbc:postgresql://localhost:" + started(server).getPort() + "/" + database;
  }

  /** Runs a statement as superuser in the maintenance database. */
  public static void execute(String sql) {
    execute(standard(), sql);
  }

  private static void execute(Server server, String sql) {
    try (Connection connection = started(server).getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /**
   * Stops the server of the tests without a checkpoint, as a power failure does, and starts it
   * again: all sessions end, what was not committed is gone.
   */
  public static void restartAsAfterPowerFailure() {
    Path folder = standard().folder();
    try {
      Path programs;
      try (Stream<Path> children = Files.list(folder)) {
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
              folder.resolve("data").toString(),
              "-l",
              folder.resolve("restarted.log").toString()));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("restart.log").toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(Files.readString(folder.resolve("restart.log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static synchronized EmbeddedPostgres started(Server server) {
    return SERVERS.computeIfAbsent(server, TestPostgres::start);
  }

  /**
   * The data of a run are left for the next one to delete: at the end they would hold up the exit,
   * with a folder of some hundred files for each test class.
   */
  private static EmbeddedPostgres start(Server server) {
    Path data = server.folder().resolve("data");
    try {
      FileUtils.deleteDirectory(data.toFile());
      return EmbeddedPostgres.builder()
          .setPgBinaryResolver(
              server == Server.NEWEST
                  ? DefaultPostgresBinaryResolver.INSTANCE
                  : TestPostgres::oldestBinaries)
          .setOverrideWorkingDirectory(server.folder().toFile())
          .setDataDirectory(data)
          .setCleanDataDirectory(false)
          .setServerConfig("max_connections", "200")
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The archive that the build has copied; there is one, for this platform. */
  private static InputStream oldestBinaries(String system, String hardware) throws IOException {
    try (Stream<Path> jars = Files.list(Server.OLDEST.folder())) {
      List<Path> found = jars.filter(file -> file.toString().endsWith(".jar")).toList();
      if (found.size() != 1) {
        throw new FileNotFoundException("run mvn process-test-resources: " + found);
      }
      String name = "postgres-%s-%s.txz".formatted(system.toLowerCase(Locale.ROOT), hardware);
      // PgBinaryResolver's caller closes the stream, which keeps the jar open as long
      URL archive = new URL("jar:" + found.get(0).toUri() + "!/" + name);
      return archive.openStream();
    }
  }
}
