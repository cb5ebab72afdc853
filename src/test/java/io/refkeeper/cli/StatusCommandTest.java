package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.ControlSchema;
import io.refkeeper.testing.TestPostgres;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class StatusCommandTest {

  private static final HikariDataSource EMPTY = TestPostgres.newDatabase();
  private static final HikariDataSource BUSY = TestPostgres.newDatabase();

  @BeforeAll
  static void twoSyncsALoadAndWhatWaits() {
    ControlSchema.migrate(BUSY);
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
    for (int i = 1; i <= 12; i++) {
      jdbc.sql(
              """
              insert into refkeeper.load_run (delivery_id, domain, table_schema, table_name,
                file_name, sha256, file_bytes, status, is_current, rows_read, instance, started_at)
              values (gen_random_uuid(), 'annuity_performance', 'business', 'performance',
                '25年10月年金终稿数据-第' || ? || '版.xlsx', 'x', 1, 'loaded', false, 37127, 'test',
                '2025-11-03 01:00Z'::timestamptz + ? * interval '1 minute')
              """)
          .params(i, i)
          .update();
    }
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
    assertThat(status.at("/tables")).hasSize(1);
    assertThat(status.at("/tables/0/status").asText()).as("the last run counts").isEqualTo("ok");
    assertThat(status.at("/tables/0/finished_at").asText()).isEqualTo("2025-11-03T01:00:00Z");
    assertThat(status.at("/loads")).hasSize(10);
    assertThat(status.at("/loads/0/id").asInt()).as("newest first").isEqualTo(12);
    assertThat(status.at("/quarantine/0/count").asInt()).isEqualTo(3);
    assertThat(status.at("/pending_reviews/0/name").asText()).isEqualTo("business.annuity_plans");
    assertThat(status.at("/outbox").toString()).isEqualTo("{\"pending\":0,\"dead\":1}");
  }

  @Test
  void theTablesFitEightyColumnsAndAlignWithChineseFileNames() {
    CommandRun run = status(BUSY);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).allMatch(line -> TextTable.width(line) <= 80);
    assertThat(run.out().lines().filter(line -> line.contains("25年")))
        .hasSize(10)
        .first()
        .satisfies(line -> assertThat(TextTable.width(line)).isEqualTo(80))
        .asString()
        .containsPattern("annuity_perfor…  25年10月年金终…  loaded  37,127       0        0$");
  }

  @Test
  void withoutTheControlSchemaItSaysWhatToDo() {
    CommandRun run = status(EMPTY);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "schema refkeeper: The target database has no control schema yet. - run: refkeeper"
                + " migrate\n");
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
