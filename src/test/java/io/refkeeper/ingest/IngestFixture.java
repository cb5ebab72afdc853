package io.refkeeper.ingest;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.ApplicationProperties;
import io.refkeeper.config.Configuration;
import io.refkeeper.config.ConfigurationLoader;
import io.refkeeper.database.Migration;
import io.refkeeper.database.TableName;
import io.refkeeper.database.copy.KeptCopy;
import io.refkeeper.ingest.ReleaseRequest.Trigger;
import io.refkeeper.notification.NotificationBeans;
import io.refkeeper.notification.Outbox;
import io.refkeeper.reference.ParentLookup;
import io.refkeeper.runtime.GovernanceBeans;
import io.refkeeper.runtime.RouteContext;
import io.refkeeper.runtime.TransactionPolicies;
import io.refkeeper.sync.SyncBeans;
import io.refkeeper.sync.SyncSettings;
import io.refkeeper.testing.TestPostgres;
import io.refkeeper.web.HttpSettings;
import io.refkeeper.web.WebBeans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database, folders and the running routes of ingest, for one test class. */
final class IngestFixture implements AutoCloseable {

  final HikariDataSource database;
  final JdbcTemplate jdbc;
  final Path home;
  final Configuration configuration;
  final InstanceLock locks;
  RouteContext routes;
  private final int rowsPerChunk;
  private final String instance = "test-" + UUID.randomUUID();
  private final Clock clock;

  /**
   * @param setUp SQL that makes the users' tables
   * @param autostart whether the inbox is polled
   */
  IngestFixture(String setUp, Configuration configuration, Path home, boolean autostart)
      throws Exception {
    this(TestPostgres.migratedDatabase(), setUp, configuration, home, autostart, 1000);
  }

  /**
   * @param rowsPerChunk how many rows are verified and copied together
   */
  IngestFixture(
      String setUp, Configuration configuration, Path home, boolean autostart, int rowsPerChunk)
      throws Exception {
    this(TestPostgres.migratedDatabase(), setUp, configuration, home, autostart, rowsPerChunk);
  }

  private IngestFixture(
      HikariDataSource database,
      String setUp,
      Configuration configuration,
      Path home,
      boolean autostart,
      int rowsPerChunk)
      throws Exception {
    this(Clock.systemUTC(), database, setUp, configuration, home, autostart, rowsPerChunk);
  }

  private IngestFixture(
      Clock clock,
      HikariDataSource database,
      String setUp,
      Configuration configuration,
      Path home,
      boolean autostart,
      int rowsPerChunk)
      throws Exception {
    this.clock = clock;
    this.database = database;
    this.rowsPerChunk = rowsPerChunk;
    this.jdbc = new JdbcTemplate(database);
    this.home = home;
    this.configuration = configuration;
    jdbc.execute(setUp);
    new Migration(database).apply(parents(configuration));
    this.locks = new InstanceLock(database);
    locks.hold(instance);
    this.routes = start(autostart);
  }

  /**
   * A fixture for a domain that the repository has never seen: tables by SQL, the rest by YAML.
   * Chunks are of ten rows, so that a few lines make several.
   */
  static IngestFixture of(Path home, String setUp, String dataSources) throws Exception {
    return of(home, setUp, dataSources, "strategy: hybrid\n", "reference_tables: {}\n");
  }

  static IngestFixture of(
      Path home, String setUp, String dataSources, String management, String referenceSources)
      throws Exception {
    Configuration configuration = configuration(home, dataSources, management, referenceSources);
    return new IngestFixture(
        TestPostgres.migratedDatabase(), setUp, configuration, home, false, 10);
  }

  /** A fixture whose inbox is polled, by a clock of the caller's. */
  static IngestFixture by(
      Clock clock, HikariDataSource database, String setUp, Configuration configuration, Path home)
      throws Exception {
    return new IngestFixture(clock, database, setUp, configuration, home, true, 1000);
  }

  /** A fixture on a given database, for a domain that the repository has never seen. */
  static IngestFixture on(HikariDataSource database, Path home, String setUp, String dataSources)
      throws Exception {
    Configuration configuration =
        configuration(home, dataSources, "strategy: hybrid\n", "reference_tables: {}\n");
    return new IngestFixture(database, setUp, configuration, home, false, 10);
  }

  /** A fixture for any CSV file with the columns of {@code m.fact (n int, t text)}. */
  static IngestFixture withoutParents(Path home, int rowsPerChunk) throws Exception {
    Configuration configuration =
        configuration(
            home,
            "domains: {fact: {files: ['*.csv'], target_schema: m, target_table: fact, load_mode: append}}\n",
            "strategy: hybrid\n",
            "reference_tables: {}\n");
    String setUp = "create schema m; create table m.fact (n int, t text)";
    return new IngestFixture(setUp, configuration, home, false, rowsPerChunk);
  }

  /** A second instance on the same tables, through another pool. */
  IngestFixture peer(HikariDataSource pool) throws Exception {
    return new IngestFixture(pool, "select 1", configuration, home, false, rowsPerChunk);
  }

  static Configuration configuration(
      Path home, String dataSources, String management, String referenceSources)
      throws IOException {
    Path folder = Files.createDirectories(home.resolve("config"));
    Files.writeString(folder.resolve("data_sources.yml"), dataSources);
    Files.writeString(folder.resolve("reference_management.yml"), management);
    Files.writeString(folder.resolve("reference_sources.yml"), referenceSources);
    return ConfigurationLoader.load(folder, name -> null);
  }

  private static List<TableName> parents(Configuration configuration) {
    return configuration.domains().values().stream()
        .flatMap(domain -> domain.foreignKeys().stream())
        .map(key -> new TableName(key.targetSchema(), key.targetTable()))
        .distinct()
        .toList();
  }

  private RouteContext start(boolean autostart) throws Exception {
    DataSource target = KeptCopy.connectionsOf(database);
    Map<String, String> shipped =
        ApplicationProperties.load(home.resolve("no.properties"), name -> null);
    Map<String, Object> beans = new HashMap<>(TransactionPolicies.of(target));
    Outbox outbox = new Outbox(target, configuration.management());
    beans.putAll(
        SyncBeans.beans(configuration, target, outbox, SyncSettings.of(shipped), "test", clock));
    beans.putAll(
        IngestBeans.of(
            target,
            configuration,
            outbox,
            instance,
            locks,
            clock,
            new IngestBeans.Folders(
                home.resolve("work"), home.resolve("archive"), home.resolve("rejected")),
            rowsPerChunk,
            (ParentLookup) beans.get("parentLookup")));
    beans.putAll(NotificationBeans.beans(target, configuration.management(), Map.of()));
    Map<String, String> properties = new HashMap<>(NotificationBeans.properties(Map.of()));
    properties.put("refkeeper.sync.change-poll", shipped.get("refkeeper.sync.change-poll"));
    properties.put("refkeeper.sync.backoff", shipped.get("refkeeper.sync.backoff"));
    properties.putAll(SyncBeans.properties(configuration, false));
    GovernanceBeans governance =
        new GovernanceBeans(
            configuration,
            target,
            new Outbox(target, configuration.management()),
            "test",
            Clock.systemUTC(),
            home.resolve("archive"),
            shipped);
    beans.putAll(governance.beans());
    properties.putAll(governance.properties(false));
    properties.put("refkeeper.jobs.catch-up-delay", "0");
    beans.putAll(
        WebBeans.of(
            target,
            configuration,
            shipped,
            HttpSettings.NOWHERE,
            home.resolve("inbox"),
            Clock.systemUTC()));
    shipped.forEach(
        (name, value) -> {
          if (name.startsWith("refkeeper.observe.") || name.equals("refkeeper.inbox.exclude")) {
            properties.put(name, value);
          }
        });
    properties.put("refkeeper.observe.autostart", "false");
    properties.put("refkeeper.inbox.autostart", Boolean.toString(autostart));
    properties.put("refkeeper.ingest.inbox", home.resolve("inbox").toString());
    properties.put("refkeeper.inbox.poll-interval", "100");
    properties.put("refkeeper.load.retries", "3");
    properties.put("refkeeper.inbox.leftovers-interval", "100");
    // A timer that starts after its context can lose its first tick: the consumer may not be
    // started.
    properties.put("refkeeper.inbox.expected-interval", "200");
    properties.put("refkeeper.load.backoff", "50");
    properties.put("refkeeper.release.interval", "200");
    return RouteContext.start(Path.of("routes"), beans, properties);
  }

  /** Ends the service, and leaves everything else as it is. */
  void stopRoutes() {
    routes.close();
  }

  /** Starts the service again, with its inbox. */
  void startRoutes() throws Exception {
    routes = start(true);
  }

  /** Loads a file as the command line does. */
  FileResult ingest(Path file) {
    return ingest(Delivery.of(file, null, false, false, Delivery.Progress.NONE));
  }

  FileResult ingest(Delivery delivery) {
    return routes.producer().requestBody("direct:ingest", delivery, FileResult.class);
  }

  /** Releases whatever can be. */
  ReleaseReport release() {
    return routes
        .producer()
        .requestBody("direct:release", ReleaseRequest.all(Trigger.MANUAL), ReleaseReport.class);
  }

  /** Writes a file and loads it. */
  FileResult ingest(String name, String... lines) {
    return ingest(file(name, lines));
  }

  Path file(String name, String... lines) {
    try {
      return Files.writeString(home.resolve(name), String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of a query, each as its columns joined by a bar. */
  List<String> rows(String sql) {
    return jdbc.query(
        sql,
        (row, n) -> {
          int columns = row.getMetaData().getColumnCount();
          return Stream.iterate(1, i -> i <= columns, i -> i + 1)
              .map(
                  i -> {
                    try {
                      return row.getString(i);
                    } catch (java.sql.SQLException e) {
                      throw new IllegalStateException(e);
                    }
                  })
              .reduce((a, b) -> a + "|" + b)
              .orElse("");
        });
  }

  long count(String table) {
    return jdbc.queryForObject("select count(*) from " + table, Long.class);
  }

  @Override
  public void close() {
    routes.close();
    locks.close();
    database.close();
  }
}
