package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.notification.PlainText;
import io.refkeeper.testing.TestPostgres;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class QualityCommandTest {

  private static final HikariDataSource DATABASE = TestPostgres.migratedDatabase();
  private static final HikariDataSource FRESH = TestPostgres.migratedDatabase();

  @BeforeAll
  static void aMonthOfFigures() {
    new JdbcTemplate(DATABASE)
        .execute(
            """
            insert into refkeeper.quality_snapshot (taken_at, table_schema, table_name,
              authoritative, auto_derived, pending_review, flagged)
            values (now() - interval '60 days', 'mapping', '年金计划', 10, 90, 90, 0),
                   (now() - interval '31 days', 'mapping', '年金计划', 60, 40, 40, 0),
                   (now() - interval '29 days', 'mapping', '年金计划', 90, 10, 9, 0),
                   (now(), 'mapping', '年金计划', 1159, 36, 30, 2),
                   (now() - interval '5 days', 'mapping', '组织架构', 38, 0, 0, 0);
            insert into refkeeper.load_run (delivery_id, domain, table_schema, table_name, file_name,
              sha256, file_bytes, status, is_current, details, instance, finished_at)
            select gen_random_uuid(), 'annuity_performance', 'business', 'f', file, 'x', 1, 'loaded',
                   false, details::jsonb, 'test', now() - age::interval
            from (values ('【for年金机构经营分析】25年10月年金规模收入数据 1111.xlsx', '1 day',
                          '{"coverage": {"fk_plan": 0.97, "fk_portfolio": 0.7}, "keys": {"fk_plan": 900, "fk_portfolio": 0}}'),
                         ('b.xlsx', '2 days', '{"coverage": {"fk_plan": 0.99, "fk_portfolio": 0.9}, "keys": {"fk_plan": 100, "fk_portfolio": 5}}'),
                         ('old.xlsx', '40 days', '{"coverage": {"fk_plan": 0}}')) v(file, age, details);
            insert into refkeeper.derived_record (table_schema, table_name, key, load_run_id, domain,
              foreign_key, file_name, first_line, fact_rows, values, state, created_at, closed_at)
            select 'mapping', '年金计划', array['P' || n], 1, 'annuity_performance', 'fk_plan',
              '【for年金机构经营分析】25年10月年金规模收入数据 1111.xlsx', 1, 1, '{}', state,
              now() - interval '3 days', now() - interval '3 days' + open::interval
            from (values (1, 'pending', null), (2, 'approved', '2 hours'), (3, 'merged', '4 hours'),
                         (4, 'rejected', '60 hours'), (5, 'superseded', '1 hour')) v(n, state, open);
            insert into refkeeper.quality_alert (alert, table_schema, table_name, threshold, value,
              recovered_at)
            values ('auto_derived_ratio', 'mapping', '组合计划', 0.2, 0.25, now()),
                   ('auto_derived_ratio', 'mapping', '年金计划', 0.02, 0.03, null),
                   ('pending_review', '', '', 20, 30, null);
            """);
  }

  @AfterAll
  static void close() {
    DATABASE.close();
    FRESH.close();
  }

  @Test
  void theJsonDocumentKeepsItsSchemaAndItsWindow() throws Exception {
    CommandRun run = quality(DATABASE, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.violationsOf("quality")).isEmpty();
    JsonNode quality = new ObjectMapper().readTree(run.out());
    JsonNode plan = quality.at("/tables/0");
    assertThat(plan.at("/table").asText()).isEqualTo("mapping.年金计划");
    assertThat(plan.at("/auto_derived").asInt()).isEqualTo(36);
    assertThat(plan.at("/ratio_before").asDouble())
        .as("the last figures of thirty days ago")
        .isEqualTo(0.4);
    assertThat(quality.at("/coverage/0/average").asDouble()).as("by keys").isEqualTo(0.972);
    assertThat(quality.at("/coverage/0/latest").asDouble()).as("by id").isEqualTo(0.99);
    assertThat(quality.at("/coverage/1/average").asDouble()).isEqualTo(0.9);
    assertThat(quality.at("/coverage/1/on_target").asBoolean()).as("no more than 90%").isFalse();
    assertThat(quality.at("/review").toString())
        .isEqualTo("{\"reviewed\":3,\"superseded\":1,\"median_hours\":4.0,\"longest_hours\":60.0}");
    assertThat(quality.at("/alerts")).as("open ones").hasSize(2);
    JsonNode wide = new ObjectMapper().readTree(quality(DATABASE, "--json", "--days", "50").out());
    assertThat(wide.at("/coverage/0/loads").asInt()).isEqualTo(3);
    assertThat(wide.at("/tables/0/ratio_before").asDouble()).isEqualTo(0.9);
  }

  @Test
  void peopleReadItInEightyColumns() {
    CommandRun run = quality(DATABASE);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).allMatch(line -> PlainText.width(line) <= 80);
    assertThat(run.out().replaceAll("\\d{4}-\\d\\d-\\d\\d", "DAY"))
        .contains(
            "Reference tables: 2.9% of all rows are derived\n",
            "  1,195       36  3.0%   40.0%        30  DAY        2  mapping.年金计划\n",
            "Keys that were there before a file came, 30 days; target: more than 90.0%\n",
            "    2  97.2%    97.0%   99.0%  met     fk_plan       annuity_performance\n",
            "    2  90.0%    70.0%   90.0%  missed  fk_portfolio  annuity_performance\n",
            "【for年金机构经营分析】25年10月年金规模收入数据 1111.xlsx\n",
            "after 4 h in the median and 2 days at most",
            "  DAY  3.0%   2.0%       auto_derived_ratio  mapping.年金计划\n",
            "  DAY  30     20         pending_review      all together\n",
            "\n\nDays are those of Asia/Shanghai.\n");
  }

  @Test
  void aFreshDatabaseHasNothingToShowAndSaysSo() throws Exception {
    assertThat(quality(FRESH, "--json").violationsOf("quality")).isEmpty();
    assertThat(quality(FRESH).out())
        .contains("none was counted yet", "no load in 30 days", "Thresholds crossed now: none");
  }

  @Test
  void daysHaveBounds() {
    assertThat(quality(DATABASE, "--days", "0").exitCode()).isEqualTo(2);
    assertThat(quality(DATABASE, "--days", "3651").err()).contains("between 1 and 3,650");
  }

  private static CommandRun quality(HikariDataSource database, String... options) {
    return CommandRun.of(
        Map.of("REFKEEPER_DB_URL", database.getJdbcUrl(), "REFKEEPER_DB_USER", "postgres"),
        Stream.concat(Stream.of("quality"), Stream.of(options)).toArray(String[]::new));
  }
}
