package io.refkeeper.benchmark;

import io.refkeeper.database.TargetDatabase;
import io.refkeeper.database.embedded.EmbeddedPostgresServer;
import io.refkeeper.database.embedded.EmbeddedServers;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.FileUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The server that is measured: the one that {@code REFKEEPER_DB_URL} names, or an embedded one; and
 * on it a database of the benchmark's own. Closing it removes that database, and the embedded
 * server.
 */
final class BenchmarkServer implements AutoCloseable {

  static final String DATABASE = "refkeeper_benchmark";

  private static final int POOL_SIZE = 8;
  private static final Pattern URL =
      Pattern.compile("(jdbc:postgresql:(?://[^/?]*/?)?)[^?]*(\\?.*)?");

  private final TargetDatabase administration;
  private final TargetDatabase database;
  private final Runnable discard;

  private BenchmarkServer(
      TargetDatabase administration, TargetDatabase database, Runnable discard) {
    this.administration = administration;
    this.database = database;
    this.discard = discard;
  }

  /**
   * Opens the server and creates the database.
   *
   * @param environment may name a server, see {@link TargetDatabase#open}
   * @param folder of an embedded server; its old data are deleted
   * @param binaries where the programs of embedded servers are unpacked
   * @throws ProblemException when it cannot be reached, or the account may not create a database
   */
  static BenchmarkServer open(Map<String, String> environment, Path folder, Path binaries) {
    Map<String, String> own = new HashMap<>(environment);
    TargetDatabase administration;
    Runnable discard;
    if (environment.getOrDefault("REFKEEPER_DB_URL", "").isBlank()) {
      EmbeddedServers.discard(folder, binaries);
      EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, binaries);
      own.put("REFKEEPER_DB_URL", server.jdbcUrl());
      own.put("REFKEEPER_DB_USER", server.user());
      own.put("REFKEEPER_DB_PASSWORD", server.password());
      administration = TargetDatabase.on(server, 1);
      discard = () -> discard(folder, binaries);
    } else {
      EmbeddedServers.discard(folder, binaries);
      administration = TargetDatabase.open(environment, folder, 1);
      discard = () -> discard(folder, binaries);
    }
    own.computeIfPresent("REFKEEPER_DB_URL", (name, url) -> ofOwnDatabase(url));
    try {
      administration.requireReachable();
      create(administration);
      return new BenchmarkServer(
          administration, TargetDatabase.open(own, folder, POOL_SIZE), discard);
    } catch (RuntimeException e) {
      administration.close();
      discard.run();
      throw e;
    }
  }

  private static void discard(Path folder, Path binaries) {
    EmbeddedServers.discard(folder, binaries);
    delete(folder);
  }

  private static void delete(Path folder) {
    try {
      FileUtils.deleteDirectory(folder.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void create(TargetDatabase administration) {
    try {
      new JdbcTemplate(administration.dataSource())
          .execute("create database %s encoding 'UTF8' template template0".formatted(DATABASE));
    } catch (DataAccessException e) {
      throw new ProblemException(
          new Problem(
              "no_benchmark_database",
              "The benchmark's database %s cannot be created: %s"
                  .formatted(DATABASE, e.getMostSpecificCause().getMessage()),
              administration.location(),
              "use an account with CREATEDB; if a benchmark that was killed has left it behind,"
                  + " drop it"),
          e);
    }
  }

  static String ofOwnDatabase(String url) {
    Matcher matcher = URL.matcher(url.strip());
    if (!matcher.matches()) {
      return url; // TargetDatabase says what is wrong with it
    }
    String server = matcher.group(1);
    String separator = server.contains("//") && !server.endsWith("/") ? "/" : "";
    String parameters = matcher.group(2) == null ? "" : matcher.group(2);
    return server + separator + DATABASE + parameters;
  }

  TargetDatabase database() {
    return database;
  }

  /** What it is called in the report. */
  String place() {
    return administration.isEmbedded() ? "embedded" : administration.location();
  }

  /** Works in an interrupted thread, too: nothing is left behind. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      database.close();
      new JdbcTemplate(administration.dataSource())
          .execute("drop database %s with (force)".formatted(DATABASE));
    } finally {
      administration.close();
      discard.run();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
