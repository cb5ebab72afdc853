package io.refkeeper.sync;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.refkeeper.config.ApplicationProperties;
import io.refkeeper.config.Configuration;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.OnBadRow;
import io.refkeeper.config.ReferenceSource.SourceConfig;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.ingest.IngestBeans;
import io.refkeeper.ingest.InstanceLock;
import io.refkeeper.notification.Outbox;
import io.refkeeper.reference.ParentLookup;
import io.refkeeper.runtime.RouteContext;
import io.refkeeper.runtime.TransactionPolicies;
import io.refkeeper.testing.TestMariaDb;
import io.refkeeper.testing.TestPostgres;
import io.refkeeper.web.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.io.FileUtils;
import org.springframework.jdbc.core.JdbcTemplate;

/** A target database, a legacy database, a configuration built by hand, and the sync routes. */
final class SyncFixture implements AutoCloseable {

  static final String TRACKING =
      ", _source varchar(20) not null default 'authoritative', _needs_review boolean not null default false,"
          + " _derived_from_domain varchar(50), _derived_at timestamptz";

  final HikariDataSource target;
  final JdbcTemplate sql;
  final SourceConnection legacy;
  final Map<String, SourceConnection> connections = new HashMap<>();
  final Map<String, ReferenceSource> tables = new LinkedHashMap<>();
  final Path folder;
  boolean continueOnFailure = true;
  ZoneId timeZone = ZoneId.of("Asia/Shanghai");
  boolean schedules;
  final List<String> routesLeftOut = new ArrayList<>();
  final Map<String, String> properties =
      new HashMap<>(
          ApplicationProperties.load(Path.of("config", "application.properties"), name -> null));
  Clock clock = Clock.systemUTC();
  private final boolean shared;
  private RouteContext routes;

  SyncFixture(String... ddl) throws IOException {
    folder = Files.createTempDirectory("refkeeper-sync");
    target = TestPostgres.migratedDatabase();
    sql = new JdbcTemplate(target);
    legacy = TestMariaDb.newDatabase();
    connections.put("hub", legacy);
    shared = false;
    for (String statement : ddl) {
      sql.execute(statement);
    }
  }

  private SyncFixture(SyncFixture first) {
    folder = first.folder;
    target = first.target;
    sql = first.sql;
    legacy = first.legacy;
    connections.putAll(first.connections);
    shared = true;
  }

  /** Other tables and routes over the same databases. */
  SyncFixture again() {
    return new SyncFixture(this);
  }

  void legacy(String... statements) {
    TestMariaDb.execute(legacy.database(), statements);
  }

  /** A table of the legacy database, keyed by {@code code} on both sides. */
  Source table(String name, SyncStrategy strategy) {
    return new Source(name, strategy);
  }

  final class Source {
    private final String name;
    private final SyncStrategy strategy;
    private SourceType type = SourceType.LEGACY_MYSQL;
    private List<String> key = List.of("code");
    private List<String> sourceKey;
    private Map<String, String> columns = Map.of();
    private String connection = "hub";
    private String file;
    private String format;
    private String url;
    private Map<String, String> headers = Map.of();
    private String where;
    private String schedule = ReferenceSource.MANUAL_SCHEDULE;
    private String incremental;
    private double maxShrink = 1;
    private OnBadRow onBadRow = OnBadRow.FAIL;

    private Source(String name, SyncStrategy strategy) {
      this.name = name;
      this.strategy = strategy;
    }

    Source key(String... names) {
      key = List.of(names);
      return this;
    }

    /** The key at the source, where it has another name. */
    Source sourceKey(String... names) {
      sourceKey = List.of(names);
      return this;
    }

    Source columns(Map<String, String> names) {
      columns = names;
      return this;
    }

    Source connection(String other) {
      connection = other;
      return this;
    }

    Source file(String path, String kind) {
      type = SourceType.CONFIG_FILE;
      file = path;
      format = kind;
      return this;
    }

    Source url(String address, Map<String, String> requestHeaders) {
      type = SourceType.HTTP_API;
      url = address;
      headers = requestHeaders;
      return this;
    }

    Source postgres(String other) {
      type = SourceType.POSTGRES;
      connection = other;
      return this;
    }

    Source where(String condition) {
      where = condition;
      return this;
    }

    Source type(SourceType other) {
      type = other;
      return this;
    }

    Source schedule(String cron) {
      schedule = cron;
      return this;
    }

    Source incremental(String column) {
      incremental = column;
      return this;
    }

    Source maxShrink(double share) {
      maxShrink = share;
      return this;
    }

    Source skipBadRows() {
      onBadRow = OnBadRow.SKIP;
      return this;
    }

    SyncFixture add() {
      tables.put(
          name,
          new ReferenceSource(
              name,
              "public",
              key,
              type,
              new SourceConfig(
                  connection,
                  null,
                  name,
                  sourceKey == null ? key : sourceKey,
                  where,
                  columns,
                  file,
                  format,
                  url,
                  "/items",
                  "/next",
                  headers,
                  Map.of()),
              strategy,
              schedule,
              incremental,
              List.of(),
              maxShrink,
              onBadRow,
              false));
      return SyncFixture.this;
    }
  }

  Configuration configuration() {
    ManagementPolicy policy =
        new ManagementPolicy(
            ManagementPolicy.Strategy.HYBRID,
            timeZone,
            new ManagementPolicy.Preload(true, "0 1 * * *", continueOnFailure, true),
            null,
            new ManagementPolicy.Ingest(
                "inbox", "archive", "rejected", "continuous", false, Duration.ofHours(24)),
            new ManagementPolicy.Backfill(true, false, true, true, "people"),
            null,
            new ManagementPolicy.Alerts(0.1, 100, Map.of()),
            null,
            Map.of("people", new Channel("people", List.of(), null, "http://127.0.0.1/hook")));
    return new Configuration(folder.resolve("config"), Map.of(), connections, tables, policy);
  }

  /** Starts the sync routes over the tables added so far. */
  SyncFixture start() throws Exception {
    return start(beans -> {});
  }

  SyncFixture start(Consumer<Map<String, Object>> change) throws Exception {
    properties.put("refkeeper.sync.change-poll", "200");
    properties.put("refkeeper.sync.backoff", "20");
    properties.put("refkeeper.sync.http-backoff", "20");
    Outbox outbox = new Outbox(target, configuration().management());
    Map<String, Object> beans =
        SyncBeans.beans(
            configuration(), target, outbox, SyncSettings.of(properties), "test", clock);
    beans.putAll(TransactionPolicies.of(target));
    beans.put("metrics", new Metrics(new SimpleMeterRegistry(), configuration()));
    beans.putAll(
        IngestBeans.of(
            target,
            configuration(),
            outbox,
            "test",
            new InstanceLock(target),
            clock,
            new IngestBeans.Folders(folder, folder, folder),
            10,
            (ParentLookup) beans.get("parentLookup")));
    change.accept(beans);
    properties.putAll(SyncBeans.properties(configuration(), schedules));
    routes = RouteContext.start(routeFiles(), beans, properties);
    return this;
  }

  private Path routeFiles() throws IOException {
    Path files = Files.createDirectories(folder.resolve("routes"));
    for (String name :
        List.of(
            "reference-sync",
            "reference-sync-completion",
            "reference-table",
            "reference-due",
            "preload-legacy-mysql",
            "preload-postgres",
            "preload-http-api",
            "preload-config-file",
            "release")) {
      String file = name + ".camel.yaml";
      if (routesLeftOut.contains(name)) {
        continue;
      }
      Files.copy(Path.of("routes", file), files.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    return files;
  }

  RouteContext routes() {
    return routes;
  }

  SyncReport run(SyncRequest request) {
    return routes.producer().requestBody("direct:reference-sync", request, SyncReport.class);
  }

  SyncReport sync(String... names) {
    return run(SyncRequest.manual(List.of(names), false, false));
  }

  /** Syncs one table and gives its report. */
  TableReport one(String name) {
    return sync(name).tables().get(0);
  }

  /** The messages about syncs so far, each as its tables with their status. */
  List<String> told() {
    return rows(
        """
        select (select string_agg(t ->> 'table' || ' ' || (t ->> 'status'), ', ' order by n)
                from jsonb_array_elements(payload -> 'data' -> 'tables') with ordinality t(t, n))
        from refkeeper.outbox where event = 'sync_failed' order by id
        """);
  }

  /** Whether a session waits for a lock with a statement that contains the text. */
  boolean waitsFor(String text) {
    return rows(
            "select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
        .stream()
        .anyMatch(query -> query.contains(text));
  }

  List<String> rows(String query) {
    return sql.queryForList(query, String.class);
  }

  @Override
  public void close() {
    if (routes != null) {
      routes.close();
    }
    if (!shared) {
      target.close();
      FileUtils.deleteQuietly(folder.toFile());
    }
  }
}
