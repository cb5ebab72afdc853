package io.refkeeper.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.embedded.EmbeddedPostgresServer;
import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;

/**
 * The database of the reference and fact tables: the server that {@code REFKEEPER_DB_URL} names, or
 * else an embedded one in the data folder. Closing it closes the pool and leaves the server.
 */
public final class TargetDatabase implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** Longer than the longest load: a connection held so long was forgotten. */
  private static final Duration LEAK = Duration.ofHours(2);

  private static final Duration LIFETIME = Duration.ofHours(3);

  private final EmbeddedPostgresServer embedded;
  private final HikariDataSource pool;

  private TargetDatabase(EmbeddedPostgresServer embedded, HikariDataSource pool) {
    this.embedded = embedded;
    this.pool = pool;
  }

  /**
   * Opens the pool. An external server may be down: the pool connects when it is up again; see
   * {@link #requireReachable}.
   *
   * @param environment {@code REFKEEPER_DB_URL}, {@code _USER}, {@code _PASSWORD} of it are read
   * @param data the folder of the embedded server; not touched with an external one
   * @param poolSize the most connections at once
   * @throws ConfigurationException when the URL is not one of PostgreSQL
   */
  public static TargetDatabase open(Map<String, String> environment, Path data, int poolSize) {
    String url = environment.getOrDefault("REFKEEPER_DB_URL", "").strip();
    if (!url.isEmpty()) {
      requirePostgresUrl(url);
      String user = environment.getOrDefault("REFKEEPER_DB_USER", "");
      String password = environment.getOrDefault("REFKEEPER_DB_PASSWORD", "");
      return new TargetDatabase(null, pool(url, user, password, poolSize));
    }
    EmbeddedPostgresServer server = EmbeddedPostgresServer.start(data, data.resolve("binaries"));
    return on(server, poolSize);
  }

  /** On an embedded server that is the caller's share; this takes it over and closes it. */
  public static TargetDatabase on(EmbeddedPostgresServer server, int poolSize) {
    try {
      return new TargetDatabase(
          server, pool(server.jdbcUrl(), server.user(), server.password(), poolSize));
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  public DataSource dataSource() {
    return pool;
  }

  public boolean isEmbedded() {
    return embedded != null;
  }

  /** The embedded server; empty when it is another one. */
  public Optional<EmbeddedPostgresServer> embedded() {
    return Optional.ofNullable(embedded);
  }

  /** The server's URL for people: without parameters, among which a password may be. */
  public String location() {
    return withoutParameters(pool.getJdbcUrl());
  }

  /**
   * Connects once, so that a server that is down or refuses us is reported at once and clearly.
   *
   * @throws ProblemException {@code target_unreachable}, {@code target_access_denied} or {@code
   *     target_database_missing}
   */
  public void requireReachable() {
    Properties properties = new Properties();
    properties.putAll(pool.getDataSourceProperties());
    if (pool.getUsername() != null) {
      properties.setProperty("user", pool.getUsername());
      properties.setProperty("password", pool.getPassword());
    }
    try (Connection connection = DriverManager.getConnection(pool.getJdbcUrl(), properties)) {
      connection.getMetaData();
    } catch (SQLException e) {
      throw new ProblemException(ConnectionFailure.explain(e, location()), e);
    }
  }

  @Override
  public void close() {
    pool.close();
    if (embedded != null) {
      embedded.close();
    }
  }

  private static HikariDataSource pool(String url, String user, String password, int poolSize) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("target");
    config.setJdbcUrl(url);
    if (!user.isEmpty()) {
      config.setUsername(user);
      config.setPassword(password);
    }
    config.setMaximumPoolSize(poolSize);
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(CONNECT.toMillis());
    config.setMaxLifetime(LIFETIME.toMillis()); // longer than LEAK, or that is switched off
    config.setLeakDetectionThreshold(LEAK.toMillis());
    config.addDataSourceProperty("ApplicationName", "refkeeper");
    config.addDataSourceProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
    findSilence(config, url);
    // It would also cut off the silent time after the end of a COPY, while foreign keys are checked
    config.addDataSourceProperty("socketTimeout", "0");
    return new HikariDataSource(config);
  }

  /**
   * A network that says nothing is found in seconds at both ends, where the kernel's defaults take
   * hours. What the URL itself asks for counts more.
   */
  private static void findSilence(HikariConfig config, String url) {
    Properties asked = Driver.parseURL(url, null);
    if (!asked.containsKey("socketFactory")) {
      config.addDataSourceProperty("socketFactory", KeepAliveSocketFactory.class.getName());
    }
    if (!asked.containsKey("options")) {
      config.addDataSourceProperty("options", KeepAliveSocketFactory.SERVER_OPTIONS);
    }
  }

  private static void requirePostgresUrl(String url) {
    if (Driver.parseURL(url, null) == null) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  "invalid_database_url",
                  "REFKEEPER_DB_URL is not a JDBC URL of PostgreSQL.",
                  "REFKEEPER_DB_URL",
                  "write it as jdbc:postgresql://host:5432/database, with the account in"
                      + " REFKEEPER_DB_USER and REFKEEPER_DB_PASSWORD")));
    }
  }

  private static String withoutParameters(String url) {
    return url.replaceFirst("\\?.*", "");
  }
}
