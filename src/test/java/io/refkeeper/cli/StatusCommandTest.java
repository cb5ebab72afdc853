package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.notification.PlainText;
import io.refkeeper.testing.TestPostgres;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class StatusCommandTest {

  private static final HikariDataSource EMPTY = TestPostgres.newDatabase();
  private static final HikariDataSource BUSY = TestPostgres.migratedDatabase();

  @BeforeAll
  static void twoSyncsALoadAndWhatWaits() {
    JdbcClient jdbc = JdbcClient.create(BUSY);
    jdbc.sql("insert into refkeeper.sync_run (trigger, instance) values ('manual', 'test')")
        .update();
    for (String status : new String[] {"failed", "ok"}) {
      jdbc.sql(
              """
              insert into refkeeper.sync_table_run (sync_run_id, table_schema, table_name,
                source_type, strategy, status, fetched, inserted, finished_at)
              values (1, 'business', 'annuity_plans', 'legacy_mysql', 'incremental', ?, 1234, 1234,
                '2025-11-03 01:00Z')
              """)
          .param(status)
          .update();
    }
    jdbc.sql(
            """
            insert into refkeeper.sync_table_run (sync_run_id, table_schema, table_name, source_type,
              strategy, status, finished_at, errors)
            values (1, 'business', 'portfolios', 'legacy_mysql', 'merge', 'failed',
              '2025-11-03 01:00Z', '[{"code": "source_unreachable", "message":
              "The legacy server cannot be reached:\\nConnection refused by 10.1.2.3:3306, which is no port of it",
              "place": "business.portfolios", "remedy": "Check the network"}]')
            """)
        .update();
    jdbc.sql(
            """
            insert into refkeeper.degraded_period (table_schema, table_name, cause, reason, began_at)
            values ('business', 'portfolios', 'failed', 'The legacy server cannot be reached',
              '2025-11-03 01:00Z')
            """)
        .update();
    jdbc.sql(
            """
            insert into refkeeper.ingest_hold (domain, file_name, reason, began_at)
            values ('annuity_performance', '25年10月.xlsx', 'business.portfolios has never had a sync',
              '2025-11-03 03:00Z')
            """)
        .update();
    for (int i = 1; i <= 12; i++) {
      jdbc.sql(
              """
              insert into refkeeper.load_run (delivery_id, domain, table_schema, table_name,
                file_name, sha256, file_bytes, status, is_current, rows_read, rows_quarantined,
                rows_released, instance, started_at)
              values (gen_random_uuid(), 'annuity_performance', 'business', 'performance',
                '25年10月年金终稿数据-第' || ? || '版.xlsx', 'x', 1, 'loaded', false, 37127, 3, 2, 'test',
                '2025-11-03 01:00Z'::timestamptz + ? * interval '1 minute')
              """)
          .params(i, i)
          .update();
    }
    jdbc.sql(
            """
            update refkeeper.load_run set status = 'rejected', rows_read = 0, rows_quarantined = 0, rows_released = 0,
              reasons = '[{"code": "missing_column", "message": "The column 计划代码 is missing",
                "place": "f.xlsx", "remedy": "Add it", "rows": 0}]'
            where id = 12
            """)
        .update();
    jdbc.sql(
            """
            insert into refkeeper.quarantine (load_run_id, domain, file_name, line, reason_code,
              reason, original, fields)
            select 12, 'annuity_performance', 'f.xlsx', n, 'unknown_key', 'r', 'o', '{}'
            from generate_series(1, 3) n
            """)
        .update();
    jdbc.sql(
            """
            insert into refkeeper.derived_record (table_schema, table_name, key, load_run_id,
              domain, foreign_key, file_name, first_line, fact_rows, values)
            values ('business', 'annuity_plans', '{P9}', 12, 'annuity_performance', 'plan',
              'f.xlsx', 2, 1, '{}')
            """)
        .update();
    jdbc.sql(
            """
            insert into refkeeper.outbox (event, channel, transport, subject, body, payload, state)
            values ('e', 'c', 'email', 's', 'b', '{}', 'dead')
            """)
        .update();
  }

  @AfterAll
  static void close() {
    EMPTY.close();
    BUSY.close();
  }

  @Test
  void theJsonDocumentKeepsItsSchema() throws Exception {
    CommandRun run = status(BUSY, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.violationsOf("status")).isEmpty();

    JsonNode status = new ObjectMapper().readTree(run.out());
    assertThat(status.at("/database/location").asText())
        .isEqualTo(BUSY.getJdbcUrl().replace("jdbc:postgresql://", ""));
    assertThat(status.at("/database/embedded").asBoolean()).isFalse();
    assertThat(status.at("/tables")).hasSize(2);
    assertThat(status.at("/tables/1/errors/0/code").asText()).isEqualTo("source_unreachable");
    assertThat(status.at("/loads/0/reasons/0/message").asText())
        .isEqualTo("The column 计划代码 is missing");
    assertThat(status.at("/tables/0/status").asText()).as("the last run counts").isEqualTo("ok");
    assertThat(status.at("/tables/0/finished_at").asText()).isEqualTo("2025-11-03T01:00:00Z");
    assertThat(status.at("/loads")).hasSize(10);
    assertThat(status.at("/loads/0/id").asInt()).as("newest first").isEqualTo(12);
    assertThat(status.at("/quarantine/0/count").asInt()).isEqualTo(3);
    assertThat(status.at("/pending_reviews/0/name").asText()).isEqualTo("business.annuity_plans");
    assertThat(status.at("/degraded/0/cause").asText()).isEqualTo("failed");
    assertThat(status.at("/held/0/file").asText()).isEqualTo("25年10月.xlsx");
    assertThat(status.at("/outbox").toString()).isEqualTo("{\"pending\":0,\"dead\":1}");
  }

  @Test
  void aFailedSyncAndARejectedLoadSayWhyInOneLineOfEightyColumns() {
    CommandRun run = status(BUSY);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).allMatch(line -> PlainText.width(line) <= 80);
    assertThat(run.out())
        .contains(
            """
              %1$s  failed        0      0        0     0     0
                  business.portfolios
                  why: The legacy server cannot be reached: Connection refused by 10.1.2.3:…
            """
                .formatted(local("2025-11-03T01:00:00Z")))
        .contains("\n      why: The column 计划代码 is missing\n")
        .contains("%s  failed     business.portfolios\n".formatted(local("2025-11-03T01:00:00Z")))
        .contains("Files that wait for a fresh sync\n");
  }

  @Test
  void namesAreWholeBesideTheLoadsIdOrOnALineOfTheirOwn() {
    CommandRun run = status(BUSY);
    assertThat(run.out())
        .contains(
            """
              LOAD  STARTED           STATUS      READ  LOADED  WAITING  RELEASED
                  DOMAIN  FILE
                12  %s  rejected       0       0        0         0
                  annuity_performance  25年10月年金终稿数据-第12版.xlsx
                  why: The column 计划代码 is missing
                11  %s  loaded    37,127       0        1         2
                  annuity_performance  25年10月年金终稿数据-第11版.xlsx
            """
                .formatted(local("2025-11-03T01:12:00Z"), local("2025-11-03T01:11:00Z")));
    CommandRun wide =
        CommandRun.of(
            Map.of(
                "REFKEEPER_DB_URL",
                BUSY.getJdbcUrl(),
                "REFKEEPER_DB_USER",
                "postgres",
                "COLUMNS",
                "140"),
            "status");
    assertThat(wide.out()).contains("annuity_performance  25年10月年金终稿数据-第11版.xlsx\n");
  }

  @Test
  void theDatabaseThatItSpeaksOfIsNamedFirst() {
    assertThat(status(BUSY).out())
        .startsWith("Database: " + BUSY.getJdbcUrl().replace("jdbc:postgresql://", "") + "\n\n")
        .endsWith("Messages: 0 to be sent, 1 given up\nTimes are those of Asia/Shanghai.\n");
  }

  /** As the policy's time zone has it. */
  private static String local(String instant) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")
        .withZone(ZoneId.of("Asia/Shanghai"))
        .format(Instant.parse(instant));
  }

  @Test
  void withoutTheControlSchemaItSaysWhatToDo() {
    CommandRun run = status(EMPTY);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "schema refkeeper: The target database has no control schema yet, or one of an\n"
                + "  older version. - run: refkeeper migrate\n");
  }

  private static CommandRun status(HikariDataSource database, String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "status";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return CommandRun.of(
        Map.of("REFKEEPER_DB_URL", database.getJdbcUrl(), "REFKEEPER_DB_USER", "postgres"),
        arguments);
  }
}
