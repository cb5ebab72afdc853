package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.ingest.FileResult.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Append, replace by scope, upsert: what the fact table holds after one load and the next. */
class LoadModeTest {

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
  void ofRowsWithOneKeyTheLastOneWins() {
    FileResult result =
        fixture.ingest(
            "upserted-1.csv",
            "day,code,grade,amount",
            "2025-01-01,k,good,1",
            "2025-01-01,K,poor,2", // the same key for the database
            "2025-01-02,k,good,3",
            "2025-01-02,,good,4", // no key at all
            "2025-01-03,k,none,5", // no such grade
            "2025-01-04,k,good,5000"); // a CHECK

    assertThat(result.reasons()).isEmpty();
    LoadResult load = result.loads().get(0);
    assertThat(load.rowsReplaced()).isZero();
    assertThat(
            fixture.rows("select day, code, grade, amount, loaded_by from m.upserted order by 1"))
        .containsExactly(
            "2025-01-01|K|poor|2.00|" + load.loadRunId(),
            "2025-01-02|k|good|3.00|" + load.loadRunId());
    assertThat(
            fixture.rows(
                "select line, reason_code, original from refkeeper.quarantine where domain = 'upserted' order by 1"))
        .containsExactly(
            "2|superseded_in_file|2025-01-01,k,good,1",
            "5|null_upsert_key|2025-01-02,,good,4",
            "6|database_refused|2025-01-03,k,none,5",
            "7|check_constraint|2025-01-04,k,good,5000");

    load =
        fixture
            .ingest(
                "upserted-2.csv", "day,code,grade,amount", "2025-01-02,K,poor,7", "2025-01-09,n,,8")
            .loads()
            .get(0);
    assertThat(load.rowsReplaced()).isEqualTo(1);
    assertThat(fixture.rows("select day, grade, amount from m.upserted order by 1"))
        .containsExactly("2025-01-01|poor|2.00", "2025-01-02|poor|7.00", "2025-01-09|null|8.00");
  }

  @Test
  void rowsThatTheUpsertRefusesAreFoundSetWise() {
    fixture.ingest("many-0.csv", rows(0, 1_000, i -> i + "," + i + ",1,P"));
    long before = transactions();
    LoadResult load =
        fixture
            .ingest(
                "many-1.csv",
                rows(
                    0,
                    5_000,
                    i -> i + ",," + (i % 10 == 3 ? -1 : 2) + "," + (i % 10 == 4 ? "Q" : "P")))
            .loads()
            .get(0);

    assertThat(transactions() - before).as("savepoints that wrote something").isLessThan(60);
    assertThat(load.rowsLoaded()).isEqualTo(4_000);
    assertThat(load.rowsReplaced()).isEqualTo(800);
    assertThat(
            fixture.rows(
                "select reason_code, column_name, value, reason, count(*) from refkeeper.quarantine where domain = 'many' group by 1, 2, 3, 4 order by 1"))
        .containsExactly(
            "check_constraint|amount|-1|new row for relation \"many\" violates check constraint \"many_amount_check\"|500",
            "foreign_key_constraint|parent|Q|insert or update on table \"many\" violates foreign key constraint \"many_parent_fkey\"|500");
    assertThat(fixture.count("m.many where amount = 2")).isEqualTo(4_000);

    // no statement over a set foresees another unique constraint of an upsert
    load =
        fixture
            .ingest("many-2.csv", "id,other", "30000,100000", "30001,100000", "30002,")
            .loads()
            .get(0);
    assertThat(load.rowsLoaded()).isEqualTo(2);
    assertThat(
            fixture.rows(
                "select line, reason_code, reason from refkeeper.quarantine where file_name = 'many-2.csv'"))
        .containsExactly(
            "3|unique_constraint|duplicate key value violates unique constraint \"many_other_key\" (Key (other)=(100000) already exists.)");
    fixture.jdbc.execute("truncate m.many; delete from refkeeper.quarantine where domain = 'many'");
  }

  @Test
  void whatTheUpsertRefusesIsClosedWhenItsKeyIsLoadedAnew() {
    fixture.ingest(
        "many-4.csv",
        "id,other,amount,parent",
        "1,,-1,P",
        "2,,1,P",
        "2,,2,P", // loaded: closes the line before
        "3,,3,P",
        "3,,-3,P", // refused: the line before waits, too
        "4,,4,Q",
        ",,5,P");
    assertThat(manyInQuarantine())
        .containsExactly(
            "2|check_constraint|waiting",
            "3|superseded_in_file|superseded",
            "5|superseded_in_file|waiting",
            "6|check_constraint|waiting",
            "7|foreign_key_constraint|waiting",
            "8|null_value|waiting");
    fixture.ingest("many-5.csv", "id,other,amount,parent", "1,,10,P", "3,,30,P");
    assertThat(manyInQuarantine())
        .containsExactly(
            "2|check_constraint|superseded",
            "3|superseded_in_file|superseded",
            "5|superseded_in_file|superseded",
            "6|check_constraint|superseded",
            "7|foreign_key_constraint|waiting",
            "8|null_value|waiting");
    fixture.jdbc.execute("truncate m.many; delete from refkeeper.quarantine where domain = 'many'");
  }

  private static List<String> manyInQuarantine() {
    return fixture.rows(
        "select line, reason_code, state from refkeeper.quarantine where domain = 'many' order by line");
  }

  @Test
  void aKeyThatIsNoValueOfItsEnumerationHoldsUpNoLaterLoadAndNoRelease() {
    fixture.ingest(
        "graded-1.csv",
        "grade,amount,parent",
        "none,1,P",
        "none,2,Q",
        "poor,3,Q",
        "good,4,Q",
        "good,-5,P");
    FileResult later = fixture.ingest("graded-2.csv", "grade,amount,parent", "good,6,P");
    assertThat(later.reasons()).isEmpty();
    fixture.jdbc.update("insert into m.parent values ('Q')");
    assertThat(fixture.release()).isEqualTo(new ReleaseReport(1, 1, List.of()));

    assertThat(fixture.rows("select grade, amount from m.graded order by 1"))
        .containsExactly("good|6", "poor|3");
    assertThat(
            fixture.rows(
                "select line, state from refkeeper.quarantine where domain = 'graded' order by line"))
        .containsExactly("2|waiting", "3|waiting", "4|released", "5|superseded", "6|superseded");
    fixture.jdbc.update("delete from m.graded");
    fixture.jdbc.update("delete from m.parent where code = 'Q'");
  }

  @Test
  void supersededRowsGoToQuarantineSomeAtATime() {
    LoadResult load =
        fixture
            .ingest( // the last row of the key is refused, so nothing closes the others
                "many-3.csv",
                rows(0, 2_502, i -> i == 2_501 ? "2,,7,P" : "1,," + (i == 2_500 ? -1 : i) + ",P"))
            .loads()
            .get(0);

    assertThat(load.rowsQuarantined()).isEqualTo(2_501);
    assertThat(fixture.rows("select id, amount from m.many")).containsExactly("2|7");
    assertThat(
            fixture.rows(
                "select count(*), count(distinct cmin::text) from refkeeper.quarantine where domain = 'many'"))
        .as("rows, and statements that wrote them")
        .containsExactly("2501|4");
    fixture.jdbc.execute("truncate m.many; delete from refkeeper.quarantine where domain = 'many'");
  }

  private static String[] rows(int from, int to, IntFunction<String> row) {
    return Stream.concat(
            Stream.of("id,other,amount,parent"), IntStream.range(from, to).mapToObj(row))
        .toArray(String[]::new);
  }

  /** Transactions and subtransactions of the server so far. */
  private static long transactions() {
    return fixture.jdbc.queryForObject(
        "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint", Long.class);
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
