package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.ingest.FileResult.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Append, replace by scope, upsert: what the fact table holds after one load and the next. */
class LoadModeTest implements UpsertCases {

  private static final String TABLES =
      """
      create schema m;
      create collation m.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      create table m.plan (code text primary key);
      create table m.parent (code text primary key);
      insert into m.parent values ('P');
      create table m.replaced (month date, line text collate m.any_case, rate numeric, plan text references m.plan, amount numeric(10,2));
      create type m.grade as enum ('good', 'poor');
      create table m.upserted (day date, code text collate m.any_case, grade m.grade, amount numeric(10,2) check (amount < 1000),
        loaded_by bigint, unique (day, code)) partition by range (day);
      create table m.upserted_2025 partition of m.upserted for values from ('2025-01-01') to ('2026-01-01');
      create table m.graded (grade m.grade primary key, amount int check (amount >= 0), parent text references m.parent);
      create table m.appended (amount int);
      create table m.many (id int primary key, other int unique, amount int check (amount >= 0), parent text references m.parent);
      """;

  private static final String DOMAINS =
      """
      defaults: {limits: {max_unknown_ratio: 1, max_quarantined_ratio: 1}}
      domains:
        replaced:
          files: ["replaced*.csv"]
          target_schema: m
          target_table: replaced
          load_mode: replace
          replace_by: [month, line, rate]
          foreign_keys:
            - {name: fk_plan, source_column: plan, target_schema: m, target_table: plan, target_key: code, key_pattern: "P.*"}
        upserted:
          files: ["upserted*.csv"]
          target_schema: m
          target_table: upserted
          load_mode: upsert
          upsert_by: [day, code]
          load_id_column: loaded_by
        many: {files: ["many*.csv"], target_schema: m, target_table: many, load_mode: upsert, upsert_by: [id]}
        graded:
          files: ["graded*.csv"]
          target_schema: m
          target_table: graded
          load_mode: upsert
          upsert_by: [grade]
          foreign_keys:
            - {name: fk_parent, source_column: parent, target_schema: m, target_table: parent, target_key: code, on_unknown: quarantine}
        appended: {files: ["appended*.csv"], target_schema: m, target_table: appended, load_mode: append}
      """;

  private static final String ALL =
      "select month, line, rate, plan, amount from m.replaced order by month nulls last, line nulls last, amount";

  @TempDir static Path home;
  @AutoClose static IngestFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = IngestFixture.of(home, TABLES, DOMAINS);
  }

  @Test
  void octoberCorrectedOctoberAndTheFirstOneAgain() {
    String header = "month,line,rate,plan,amount";
    fixture.ingest("replaced-sep.csv", header, "202509,a,1,P0,9");
    String[] october = {
      header,
      "202510,a,1,P1,1",
      "202510,a,1,P2,2",
      "202510,,,P3,3",
      ",,,P4,4",
      "202510,a,1,bad,5",
      "202510,b,1,P1,oops"
    };
    FileResult first = fixture.ingest("replaced-1.csv", october);
    assertThat(first.reasons()).extracting("code").containsExactly("scope_would_be_emptied");

    october[6] = "202510,b,1,P1,6";
    first = fixture.ingest("replaced-1.csv", october);
    assertThat(first.status()).isEqualTo(Status.LOADED);
    String[] asFirst = {
      "2025-09-01|a|1|P0|9.00", "2025-10-01|a|1|P1|1.00", "2025-10-01|a|1|P2|2.00",
      "2025-10-01|b|1|P1|6.00", "2025-10-01|null|null|P3|3.00", "null|null|null|P4|4.00"
    };
    assertThat(fixture.rows(ALL)).containsExactly(asFirst);
    assertThat(fixture.ingest("replaced-copy.csv", october).status()).isEqualTo(Status.DUPLICATE);

    FileResult corrected =
        fixture.ingest("replaced-2.csv", header, "202510,a,1,P1,10", "202510,,,P3,30", ",,,P4,40");
    assertThat(corrected.loads().get(0).rowsReplaced()).isEqualTo(4);
    assertThat(fixture.rows(ALL))
        .containsExactly(
            "2025-09-01|a|1|P0|9.00",
            "2025-10-01|a|1|P1|10.00",
            "2025-10-01|b|1|P1|6.00",
            "2025-10-01|null|null|P3|30.00",
            "null|null|null|P4|40.00");
    assertThat(
            fixture.rows(
                "select file_name, line, state from refkeeper.quarantine where domain = 'replaced'"))
        .containsExactly("replaced-1.csv|6|superseded");
    assertThat(
            fixture.rows(
                "select file_name, is_current from refkeeper.load_run where status = 'loaded' and file_name ~ 'replaced-([123]|sep)' order by id"))
        .containsExactly("replaced-sep.csv|t", "replaced-1.csv|f", "replaced-2.csv|t");

    assertThat(fixture.ingest("replaced-3.csv", october).status()).isEqualTo(Status.LOADED);
    assertThat(fixture.rows(ALL)).containsExactly(asFirst);
    Delivery forced =
        Delivery.of(home.resolve("replaced-3.csv"), null, false, true, Delivery.Progress.NONE);
    assertThat(fixture.ingest(forced).loads().get(0).rowsReplaced()).isEqualTo(5);
    assertThat(fixture.rows(ALL)).containsExactly(asFirst);
  }

  @Test
  void spellingsThatTheDatabaseHoldsEqualAreOneScope() {
    StringBuilder rows = new StringBuilder("month,line,rate,plan,amount");
    for (int i = 0; i < 40; i++) { // four chunks, and the spelling changes from one to the next
      rows.append("\n202401,")
          .append(i / 10 % 2 == 0 ? "abc,1.0" : "ABC,1")
          .append(",P9,")
          .append(i);
    }
    FileResult result = fixture.ingest("replaced-case.csv", rows.toString());

    assertThat(result.loads().get(0).rowsLoaded()).isEqualTo(40);
    assertThat(fixture.count("m.replaced where month = '2024-01-01'")).isEqualTo(40);
    fixture.jdbc.update("delete from m.replaced where month = '2024-01-01'");
  }

  @Test
  void aScopeThatALaterFileSpellsOtherwiseIsTheSameScope() {
    String header = "month,line,rate,plan,amount";
    fixture.ingest("replaced-spelt1.csv", header, "202402,s,1.0,P1,1", "202402,s,1.00,bad,2");
    FileResult later = fixture.ingest("replaced-spelt2.csv", header, "2024年2月,s,1,P1,3");

    assertThat(later.loads().get(0).rowsReplaced()).isEqualTo(1);
    assertThat(
            fixture.rows(
                "select file_name, is_current, scopes[1] from refkeeper.load_run where file_name ~ 'spelt' order by id"))
        .containsExactly(
            "replaced-spelt1.csv|f|{\"month\":\"2024-02-01\",\"line\":\"s\",\"rate\":\"1\"}",
            "replaced-spelt2.csv|t|{\"month\":\"2024-02-01\",\"line\":\"s\",\"rate\":\"1\"}");
    assertThat(
            fixture.rows(
                "select line, state from refkeeper.quarantine where file_name = 'replaced-spelt1.csv'"))
        .containsExactly("3|superseded");
    fixture.jdbc.update("delete from m.replaced where month = '2024-02-01'");
    fixture.jdbc.update("delete from refkeeper.quarantine where file_name ~ 'spelt'");
  }

  @Test
  void aScopeNoneOfWhoseRowsLoadsRejectsTheFile() {
    String header = "month,line,rate,plan,amount";
    fixture.ingest("replaced-may.csv", header, "202405,x,1,P1,1", "202405,y,1,P1,2");
    FileResult result =
        fixture.ingest("replaced-may2.csv", header, "202405,x,1,P1,5", "202405,y,1,bad,6");

    assertThat(result.status()).isEqualTo(Status.REJECTED);
    assertThat(result.reasons().get(0).message())
        .isEqualTo(
            "replaced: no row of scope {\"month\":\"2024-05-01\",\"line\":\"y\",\"rate\":\"1\"} can be loaded,"
                + " and replacing it would empty it: 1 x key_pattern (line 3: fk_plan: no row in m.plan,"
                + " and the key does not look like one (P.*)); nothing was loaded");
    assertThat(fixture.rows("select amount from m.replaced where month = '2024-05-01' order by 1"))
        .containsExactly("1.00", "2.00");
    fixture.jdbc.update("delete from m.replaced where month = '2024-05-01'");
  }

  @Test
  void appendAddsAndOnlyForceAddsTheSameFileTwice() {
    fixture.ingest("appended-1.csv", "amount", "1", "2");
    fixture.ingest("appended-2.csv", "amount", "2");
    assertThat(fixture.ingest("appended-3.csv", "amount", "2").status())
        .isEqualTo(Status.DUPLICATE);
    fixture.ingest(
        Delivery.of(home.resolve("appended-3.csv"), null, false, true, Delivery.Progress.NONE));

    assertThat(fixture.rows("select amount from m.appended order by 1"))
        .containsExactly("1", "2", "2", "2");
  }
}
