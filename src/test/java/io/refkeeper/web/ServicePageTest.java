package io.refkeeper.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.refkeeper.database.Migration;
import io.refkeeper.demo.DemoTables;
import io.refkeeper.ingest.Delivery;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.runtime.Setup;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.testing.FaultProxy;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** The service with the shipped configuration, a database behind a proxy, and no legacy server. */
class ServicePageTest {

  private static final String DEAD_MESSAGE =
      """
      insert into refkeeper.outbox (event, channel, transport, subject, body, payload, state)
      values ('e', 'c', 'email', 's', 'b', '{}', 'dead')
      """;

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Pattern METRIC = Pattern.compile("\\brefkeeper_[a-z_]+");
  private static final Pattern SELECTED = Pattern.compile("(refkeeper_[a-z_]+)\\{([a-z]+)=\"");
  private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

  @TempDir private static Path home;
  private static HikariDataSource direct;
  private static HikariDataSource proxied;
  private static FaultProxy proxy;
  private static RefkeeperRuntime runtime;
  private static JdbcTemplate sql;

  @BeforeAll
  static void startTheService() throws Exception {
    direct = TestPostgres.newDatabase();
    sql = new JdbcTemplate(direct);
    DemoTables.create(direct);
    URI server = URI.create(direct.getJdbcUrl().substring("jdbc:".length()));
    proxy = new FaultProxy(server.getHost(), server.getPort(), FaultProxy.Protocol.POSTGRES);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        "jdbc:postgresql://127.0.0.1:%d%s?sslmode=disable&gssEncMode=disable"
            .formatted(proxy.port(), server.getPath()));
    config.setUsername("postgres");
    config.setConnectionTimeout(2_000);
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(0);
    proxied = new HikariDataSource(config);
    Setup setup = setup("0");
    new Migration(direct).apply(ReferenceTables.all(setup.loaded().configuration()));
    runtime = RefkeeperRuntime.start(setup, proxied, Mode.SERVICE);
    work();
  }

  private static Setup setup(String port) {
    Setup read =
        Setup.read(
            home,
            Path.of("config"),
            Path.of("routes"),
            Map.of("REFKEEPER_HTTP_PORT", port, "LEGACY_PORT", "1"));
    Map<String, String> properties = new HashMap<>(read.properties());
    properties.put("refkeeper.observe.period", "100");
    properties.put("refkeeper.observe.source-period", "100");
    properties.put("refkeeper.notification.period", "3600000");
    return new Setup(home, read.routes(), read.loaded(), properties);
  }

  /** A load with a new parent and a bad row, a rejected file, a sync that half succeeds. */
  private static void work() throws IOException {
    runtime.sync(SyncRequest.manual(List.of(), false, false));
    ingest(
        "annuity_performance.csv",
        """
        月度,业务类型,计划类型,计划代码,组合代码,机构,流失(含待遇支付)
        202510,企年投资,单一,P01,,北京,1
        202510,企年投资,单一,P01,,北京,x
        """);
    ingest("unheard_of.csv", "a\n1\n");
  }

  private static void ingest(String name, String text) throws IOException {
    Path file = Files.writeString(home.resolve(name), text);
    runtime.ingest(Delivery.of(file, null, false, false, Delivery.Progress.NONE));
  }

  @AfterAll
  static void stop() throws IOException {
    runtime.close();
    proxied.close();
    proxy.close();
    direct.close();
  }

  private static HttpResponse<String> get(String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(runtime.http().url() + path))
              .timeout(Duration.ofSeconds(5))
              .build();
      return CLIENT.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int status(String path) {
    return get(path).statusCode();
  }

  /** What a health check says, as {@code STATE: message}. */
  private static String check(String name) {
    try {
      JsonNode health = new ObjectMapper().readTree(get("/observe/health").body());
      for (JsonNode check : health.at("/checks")) {
        if (check.at("/name").asText().equals(name)) {
          return check.at("/status").asText() + ": " + check.at("/message").asText();
        }
      }
      return "missing in " + health;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** When the figures of the work are there, which become visible one after the other. */
  private static String metrics() {
    return await()
        .until(
            () -> get("/observe/metrics").body(),
            body ->
                Stream.of("coverage_ratio", "quarantine_waiting_rows", "sync_last_success")
                    .allMatch(figure -> body.contains("\nrefkeeper_" + figure)));
  }

  @Test
  void aLookChangesValuesAndTakesNoSeriesAwayForAScrapeToMiss() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    List<Meter.Id> removed = new ArrayList<>();
    registry.config().onMeterRemoved(meter -> removed.add(meter.getId()));
    DatabaseWatch watch =
        new DatabaseWatch(
            direct,
            setup("off").loaded().configuration(),
            registry,
            Clock.systemUTC(),
            Duration.ofHours(1));
    Supplier<Double> dead =
        () -> registry.get("refkeeper.outbox.messages").tag("state", "dead").gauge().value();
    watch.look();
    assertThat(dead.get()).isZero();
    sql.execute(DEAD_MESSAGE);
    try {
      watch.look();
    } finally {
      sql.execute("delete from refkeeper.outbox where state = 'dead'");
    }
    assertThat(dead.get()).isEqualTo(1);
    assertThat(removed).isEmpty();
  }

  @Test
  void whatTheServiceDidIsCounted() {
    assertThat(metrics().lines())
        .contains(
            "refkeeper_rows_total{domain=\"annuity_performance\",outcome=\"loaded\"} 1.0",
            "refkeeper_rows_total{domain=\"annuity_performance\",outcome=\"quarantined\"} 1.0",
            "refkeeper_rows_total{domain=\"annuity_income\",outcome=\"loaded\"} 0.0",
            "refkeeper_files_total{status=\"loaded\"} 1.0",
            "refkeeper_files_total{status=\"rejected\"} 1.0",
            "refkeeper_files_total{status=\"duplicate\"} 0.0",
            "refkeeper_backfill_parents_total{table=\"mapping.年金计划\"} 1.0",
            "refkeeper_load_duration_seconds_count{domain=\"annuity_performance\"} 1",
            "refkeeper_syncs_total{status=\"ok\",table=\"mapping.产品线\"} 1.0",
            "refkeeper_sync_rows_total{change=\"inserted\",table=\"mapping.产品线\"} 12.0");
  }

  @Test
  void whatTheDatabaseHoldsIsShown() {
    assertThat(metrics().lines())
        .contains(
            "refkeeper_database_up 1.0",
            "refkeeper_reference_rows{source=\"auto_derived\",table=\"mapping.年金计划\"} 1.0",
            "refkeeper_derived_ratio{table=\"mapping.年金计划\"} 1.0",
            "refkeeper_reviews_pending{table=\"mapping.年金计划\"} 1.0",
            "refkeeper_quarantine_waiting_rows{domain=\"annuity_performance\"} 1.0",
            "refkeeper_coverage_ratio{domain=\"annuity_performance\",foreign_key=\"fk_plan\"} 0.0",
            "refkeeper_sync_left_behind{table=\"mapping.年金计划\"} 1.0",
            "refkeeper_sync_left_behind{table=\"mapping.产品线\"} 0.0",
            "refkeeper_alert_active{alert=\"auto_derived_ratio\",table=\"mapping.年金计划\"} 1.0");
  }

  @Test
  void theDashboardAsksForNothingThatIsNotExported() throws IOException {
    String exported = metrics();
    JsonNode dashboard =
        new ObjectMapper().readTree(Path.of("docker/grafana/dashboards/refkeeper.json").toFile());
    Set<String> asked = new TreeSet<>();
    for (JsonNode target :
        dashboard.findValues("targets").stream().flatMap(ServicePageTest::stream).toList()) {
      String query = target.at("/expr").asText();
      List<String> names = METRIC.matcher(query).results().map(r -> r.group()).toList();
      asked.addAll(names);
      names.forEach(name -> assertThat(series(exported, name)).as(name).isNotEmpty());
      SELECTED
          .matcher(query)
          .results()
          .forEach(r -> assertThat(labels(exported, r.group(1))).contains(r.group(2)));
      LEGEND
          .matcher(target.at("/legendFormat").asText())
          .results()
          .filter(label -> !label.group(1).equals("instance")) // Prometheus adds it
          .forEach(label -> assertThat(labels(exported, names.get(0))).contains(label.group(1)));
    }
    assertThat(asked).hasSizeGreaterThan(20);
  }

  @Test
  void theReadmeNamesEveryMetric() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String table =
        readme
            .lines()
            .filter(line -> line.startsWith("| `refkeeper_"))
            .collect(Collectors.joining());
    Set<String> named =
        METRIC
            .matcher(table)
            .results()
            .map(r -> r.group())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> exported =
        metrics()
            .lines()
            .filter(line -> line.startsWith("# TYPE refkeeper_"))
            .map(line -> line.split(" ")[2])
            .filter(name -> !name.endsWith("_max"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).isEqualTo(exported);
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static List<String> series(String exported, String name) {
    return exported
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .toList();
  }

  private static Set<String> labels(String exported, String name) {
    return series(exported, name).stream()
        .flatMap(line -> Pattern.compile("(\\w+)=\"").matcher(line).results())
        .map(r -> r.group(1))
        .collect(Collectors.toSet());
  }

  @Test
  void aSourceThatIsDownIsShownAndMakesTheServiceNeitherDownNorUnready() {
    await().until(() -> check("sources").startsWith("UNKNOWN"));
    assertThat(check("sources"))
        .contains("annuity_hub (mysql at 127.0.0.1:1", "cannot be reached now: ");
    assertThat(status("/observe/health/ready")).isEqualTo(200);
    assertThat(status("/observe/health")).isEqualTo(200);
    assertThat(metrics().lines())
        .contains(
            "refkeeper_source_up{source=\"annuity_hub\"} 0.0",
            "refkeeper_source_up{source=\"产品线\"} 1.0");
  }

  @Test
  void withoutTheDatabaseTheServiceIsNotReadyButAliveUntilItIsBack() {
    proxy.loseClients();
    proxy.beSilent();
    await().until(() -> status("/observe/health/ready") == 503);
    assertThat(check("database")).startsWith("DOWN: the target database cannot be used: ");
    assertThat(status("/observe/health")).isEqualTo(503);
    assertThat(status("/observe/health/live")).isEqualTo(200);
    assertThat(get("/observe/metrics").body()).contains("refkeeper_database_up 0.0");
    proxy.reset();
    proxy.heal();
    await().until(() -> status("/observe/health/ready") == 200);
    assertThat(status("/observe/health")).isEqualTo(200);
  }

  @Test
  void aMessageThatWasGivenUpMakesHealthDownAndTheServiceStaysReady() {
    await().until(() -> check("outbox").startsWith("UP: "));
    sql.execute(DEAD_MESSAGE);
    await().until(() -> status("/observe/health") == 503);
    assertThat(check("outbox")).isEqualTo("DOWN: 1 messages were given up; see refkeeper.outbox");
    assertThat(status("/observe/health/ready")).isEqualTo(200);
    sql.execute("delete from refkeeper.outbox where state = 'dead'");
    await().until(() -> status("/observe/health") == 200);
    sql.execute("update refkeeper.outbox set created_at = now() - interval '61 minutes'");
    await()
        .until(
            () ->
                check("outbox").matches("DOWN: \\d+ messages wait, the oldest for 3[67]\\d\\d s"));
    sql.execute("update refkeeper.outbox set created_at = now()");
    await().until(() -> status("/observe/health") == 200);
  }

  @Test
  void nothingElseIsServed() {
    for (String path :
        List.of(
            "/",
            "/observe",
            "/observe/info",
            "/observe/env",
            "/q/dev",
            "/q/health",
            "/pom.xml",
            "/config/reference_sources.yml",
            "/observe/jolokia",
            "/q/send/",
            "/api")) {
      assertThat(status(path)).as(path).isEqualTo(404);
    }
    assertThat(get("/observe/health?stackTrace=true&data=true").body())
        .doesNotContain("stacktrace", "\\tat ");
    assertThat(runtime.http().host()).isEqualTo("127.0.0.1");
  }

  @Test
  void aPortThatIsTakenEndsTheStart() {
    int taken = runtime.http().port();
    Setup second = setup(Integer.toString(taken));
    assertThatThrownBy(() -> RefkeeperRuntime.start(second, direct, Mode.SERVICE))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith(
            "REFKEEPER_HTTP_PORT: The service cannot listen on 127.0.0.1:%d: ".formatted(taken));
    try (RefkeeperRuntime command = RefkeeperRuntime.start(second, direct, Mode.COMMAND)) {
      assertThat(command.http().isOn()).as("a command listens nowhere").isFalse();
    }
  }
}
