package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.demo.DemoTables;
import io.refkeeper.demo.LegacyDatabase;
import io.refkeeper.demo.SampleOptions;
import io.refkeeper.demo.SampleWorkbook;
import io.refkeeper.notification.PlainText;
import io.refkeeper.testing.TestMariaDb;
import io.refkeeper.testing.TestPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** A new user's first hour with the shipped configuration and servers of their own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandsTest {

  @TempDir private static Path home;
  private static HikariDataSource target;
  private static Path workbook;
  private static final Map<String, String> ENVIRONMENT = new HashMap<>();

  @BeforeAll
  static void serversOfTheirOwn() throws Exception {
    target = TestPostgres.newDatabase();
    DemoTables.create(target);
    SourceConnection legacy = TestMariaDb.newDatabase();
    new LegacyDatabase(
            "jdbc:mysql://127.0.0.1:%d/%s".formatted(legacy.port(), legacy.database()),
            legacy.user(),
            legacy.password())
        .create();
    workbook = home.resolve(SampleWorkbook.FILE_NAME);
    SampleWorkbook.write(workbook, new SampleOptions(11, 1_000, 300, 12, 3));
    ENVIRONMENT.put("REFKEEPER_HOME", Path.of("").toAbsolutePath().toString());
    ENVIRONMENT.put("REFKEEPER_DATA", home.resolve("var").toString());
    ENVIRONMENT.put("REFKEEPER_DB_URL", target.getJdbcUrl());
    ENVIRONMENT.put("REFKEEPER_DB_USER", "postgres");
    ENVIRONMENT.put("LEGACY_HOST", "127.0.0.1");
    ENVIRONMENT.put("LEGACY_PORT", Integer.toString(legacy.port()));
    ENVIRONMENT.put("LEGACY_USER", legacy.user());
    ENVIRONMENT.put("LEGACY_PASSWORD", legacy.password());
    ENVIRONMENT.put("LEGACY_TLS", "disabled");
    ENVIRONMENT.put("REFKEEPER_HTTP_PORT", "0");
  }

  @AfterAll
  static void close() {
    target.close();
  }

  private static CommandRun run(String... arguments) {
    return CommandRun.of(ENVIRONMENT, arguments);
  }

  @Test
  @Order(1)
  void beforeMigrateNothingStartsAndTheRemedyIsNamed() throws Exception {
    CommandRun check = run("check", "--json");
    assertThat(check.exitCode()).isEqualTo(3);
    assertThat(check.violationsOf("check")).isEmpty();

    CommandRun sync = run("sync");
    assertThat(sync.exitCode()).isEqualTo(3);
    assertThat(sync.err()).contains("refkeeper migrate").doesNotContain("\tat ");
  }

  @Test
  @Order(2)
  void migratePrintsItsSqlThenDoesItThenFindsNothingToDo() throws Exception {
    CommandRun printed = run("migrate", "--print");
    assertThat(printed.exitCode()).isZero();
    assertThat(printed.out()).containsIgnoringCase("alter table \"mapping\".\"年金计划\"");
    assertThat(
            new JdbcTemplate(target)
                .queryForList("select 1 from pg_namespace where nspname = 'refkeeper'"))
        .isEmpty();

    CommandRun done = run("migrate", "--json");
    assertThat(done.exitCode()).isZero();
    assertThat(done.violationsOf("migrate")).isEmpty();
    assertThat(run("migrate").out()).isEqualTo("The database is up to date.\n");
    assertThat(run("check").out()).isEqualTo("2 domains, 4 reference tables: no problems\n");
  }

  @Test
  @Order(3)
  void syncFillsTheReferenceTablesAndADryRunDoesNot() throws Exception {
    CommandRun dry = run("sync", "--dry-run", "--json");
    assertThat(dry.exitCode()).isZero();
    assertThat(dry.violationsOf("sync")).isEmpty();
    assertThat(count("mapping.\"年金计划\"")).isZero();

    CommandRun sync = run("sync", "--json");
    assertThat(sync.exitCode()).isZero();
    assertThat(sync.violationsOf("sync")).isEmpty();
    assertThat(count("mapping.\"年金计划\"")).isEqualTo(1_159);
    assertThat(run("sync", "产品线").out()).contains("unchanged").doesNotContain("年金计划");
    assertThat(run("sync", "nonsense").exitCode()).isNotZero();
  }

  @Test
  @Order(4)
  void ingestLoadsAWorkbookOnceAndSaysWhatWaits() throws Exception {
    CommandRun dry = run("ingest", "--dry-run", "--json", workbook.toString());
    assertThat(dry.violationsOf("ingest")).isEmpty();
    assertThat(dry.out()).contains("\"would_load\"");
    assertThat(count("business.\"规模明细\"")).isZero();
    assertThat(count("refkeeper.load_run")).isZero();

    CommandRun loaded = run("ingest", "--json", workbook.toString());
    assertThat(loaded.exitCode()).isEqualTo(4);
    assertThat(loaded.violationsOf("ingest")).isEmpty();
    assertThat(count("business.\"规模明细\"")).isEqualTo(997);

    CommandRun again = run("ingest", workbook.toString());
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains("duplicate");
  }

  @Test
  @Order(5)
  void aRejectedFileIsFiveAndAMissingOneIsOneWithoutAStackTrace() throws Exception {
    Path wrong = Files.writeString(home.resolve("unheard_of.csv"), "a,b\n1,2\n");
    CommandRun rejected = run("ingest", "--json", wrong.toString(), workbook.toString());
    assertThat(rejected.exitCode()).isEqualTo(5);
    assertThat(rejected.violationsOf("ingest")).isEmpty();
    assertThat(rejected.out()).contains("no_domain");

    CommandRun missing = run("ingest", "--json", "nowhere.csv");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.violationsOf("error")).isEmpty();
  }

  @Test
  @Order(6)
  void withTheLegacyServerDownSyncFailsForItsTablesAndIngestGoesOnInDegradedMode()
      throws Exception {
    Map<String, String> down = new HashMap<>(ENVIRONMENT);
    down.put("LEGACY_PORT", "1");
    CommandRun sync = CommandRun.of(down, "sync", "--json");
    assertThat(sync.exitCode()).isEqualTo(5);
    assertThat(sync.violationsOf("sync")).isEmpty();
    assertThat(sync.out()).contains("source_unreachable").contains("\"unchanged\"");

    Path next = home.resolve("annuity_performance_next.csv");
    Files.write(next, List.of("月度,业务类型,计划类型,计划代码,组合代码,机构,流失(含待遇支付)", "202511,企年投资,单一,NEW01,,北京,1"));
    CommandRun ingest = CommandRun.of(down, "ingest", next.toString());
    assertThat(ingest.exitCode()).isZero();
    assertThat(ingest.out())
        .contains("degraded mode: the last sync of mapping.年金计划 failed")
        .contains("new in mapping.年金计划: 1");
    String check = CommandRun.of(down, "check").out();
    assertThat(check.lines()).allMatch(line -> PlainText.width(line) <= 80);
    assertThat(check.replaceAll("\\s+", " "))
        .startsWith("warning: config/reference_sources.yml:")
        .contains(
            " cannot be reached now: Communications link failure (Connection refused) - syncs from it"
                + " will fail");
  }

  @Test
  @Order(6)
  void checkNamesTheTableAndTheColumnThatASourceDoesNotHave() throws Exception {
    Path config = Files.createDirectories(home.resolve("other/config"));
    Files.createDirectories(home.resolve("other/reference-data"));
    for (Path file : List.of(Path.of("config"), Path.of("reference-data"))) {
      try (Stream<Path> files = Files.list(file)) {
        for (Path from : files.toList()) {
          Files.copy(from, home.resolve("other").resolve(from));
        }
      }
    }
    Path sources = config.resolve("reference_sources.yml");
    Files.writeString(
        sources,
        Files.readString(sources)
            .replace("table: 组合计划", "table: 组合计划表")
            .replace("name: 产品线, category", "label: 产品线, category"));
    CommandRun check = run("check", "--config", config.toString());
    assertThat(check.exitCode()).as("loads go on without").isZero();
    assertThat(check.out().lines()).allMatch(line -> PlainText.width(line) <= 80);
    assertThat(check.out().replaceAll("\\s+", " "))
        .startsWith("warning: " + sources + ":")
        .contains("mapping.组合计划: The legacy server has no table annuity_hub.组合计划表, or user reader")
        .contains("mapping.产品线: The source has no column label; it has code, name,")
        .endsWith("2 domains, 4 reference tables: 0 errors, 2 warnings ");
  }

  @Test
  @Order(7)
  void aDomainThatDoesNotExistIsUsageWithTheNearestNameAndNothingIsWritten() throws Exception {
    long before = count("refkeeper.load_run") + count("refkeeper.outbox");
    CommandRun run = run("ingest", "--domain", "annuity_incme", workbook.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            """
            --domain: There is no domain annuity_incme; nothing was loaded - Did you mean
              "annuity_income"?
            """);
    assertThat(count("refkeeper.load_run") + count("refkeeper.outbox")).isEqualTo(before);
  }

  @Test
  @Order(8)
  void aFileRejectedBeforeItsLoadIsOpenIsRecordedForItsDomain() throws Exception {
    Path wrong = Files.writeString(home.resolve("other.csv"), "a,b\n1,2\n");
    assertThat(run("ingest", "--domain", "annuity_income", wrong.toString()).exitCode())
        .isEqualTo(5);
    assertThat(
            new JdbcTemplate(target)
                .queryForObject(
                    "select domain from refkeeper.load_run where file_name = 'other.csv'",
                    String.class))
        .isEqualTo("annuity_income");
  }

  @Test
  @Order(9)
  void theServicesInboxIsInTheDataFolderThatWasNamed() throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    AtomicInteger exitCode = new AtomicInteger(-1);
    Thread service =
        new Thread(
            () ->
                exitCode.set(
                    Main.run(
                        ENVIRONMENT,
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "run")));
    service.start();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !service.isAlive() || out.toString().contains("/observe/health"));
    } finally {
      service.interrupt();
      service.join();
    }
    assertThat(out.toString().replaceAll("\\s+", " "))
        .as(err.toString())
        .startsWith(
            "refkeeper runs on the database %s; inbox %s. Ctrl-C stops it."
                .formatted(
                    target.getJdbcUrl().replace("jdbc:postgresql://", ""),
                    home.resolve("var/inbox")));
    assertThat(home.resolve("var/inbox")).isDirectory();
    assertThat(exitCode).hasValue(0);
  }

  @Test
  @Order(10)
  void statusShowsIt() throws Exception {
    CommandRun status = run("status", "--json");
    assertThat(status.exitCode()).isZero();
    assertThat(status.violationsOf("status")).isEmpty();
  }

  @Test
  @Order(11)
  void fromAnEmptyTargetASyncAloneHadMoreThanNinetyPercentOfTheWorkbooksKeysThere()
      throws Exception {
    CommandRun quality = run("quality", "--json");
    assertThat(quality.violationsOf("quality")).isEmpty();
    JsonNode coverage = new ObjectMapper().readTree(quality.out()).at("/coverage");
    assertThat(coverage.findValuesAsText("foreign_key")).hasSize(8);
    assertThat(coverage.findValuesAsText("on_target")).containsOnly("true");
    assertThat(run("quality").out()).doesNotContain("missed").contains("met");
  }

  private static long count(String table) {
    return new JdbcTemplate(target).queryForObject("select count(*) from " + table, Long.class);
  }
}
