package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.refkeeper.ingest.FileResult.Status;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the database knows: the guilty rows go to quarantine, and no other. */
class DatabaseRefusalTest {

  private static final String TABLES =
      """
      create schema d;
      create extension btree_gist;
      create type d.colour as enum ('red', 'green');
      create domain d.short as varchar(3) check (value <> 'xxx');
      create table d.parent (code text primary key);
      insert into d.parent values ('P');
      create function d.refuse_thirteen() returns trigger language plpgsql as $$
      begin
        if new.n = 13 then raise exception 'thirteen' using errcode = 'T0013'; end if;
        return new;
      end $$;
      create function d.drop_fourteen() returns trigger language plpgsql as $$
      begin
        if new.n = 14 then return null; end if;
        return new;
      end $$;
      create table d.fact (
        n int unique, amount numeric(10,2) check (amount < 1000), colour d.colour, short d.short,
        parent text references d.parent, span int4range, exclude using gist (span with &&));
      create trigger refuse before insert on d.fact for each row execute function d.refuse_thirteen();
      create table d.lossy (n int);
      create trigger lose before insert on d.lossy for each row execute function d.drop_fourteen();
      create table d.sets (
        id bigint generated always as identity primary key, n int, "A b" text not null, m int unique nulls not distinct,
        twice int generated always as (n * 2) stored check (twice < 1000), parent text references d.parent,
        day date default now(), check ("A b" <> 'no' or n is null), unique (n, "A b"));
      create table d.parts (n int, day date, check (n > 0)) partition by range (day);
      create table d.parts_2025 partition of d.parts (check (n < 100)) for values from ('2025-01-01') to ('2026-01-01');
      create table d.big (n int, amount int check (amount >= 0), a text, b text, c text);
      """;

  private static final String DOMAINS =
      """
      defaults: {limits: {max_quarantined_ratio: 1}}
      domains:
        fact: {files: ["fact*.csv"], target_schema: d, target_table: fact, load_mode: append}
        lossy: {files: ["lossy*.csv"], target_schema: d, target_table: lossy, load_mode: append}
        sets: {files: ["sets*.csv"], target_schema: d, target_table: sets, load_mode: append}
        parts: {files: ["parts*.csv"], target_schema: d, target_table: parts, load_mode: append}
        big: {files: ["big*.csv"], target_schema: d, target_table: big, load_mode: append}
      """;

  @TempDir static Path home;
  @AutoClose static IngestFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = IngestFixture.of(home, TABLES, DOMAINS);
  }

  @Test
  void everyKindOfConstraintNamesItsLine() {
    fixture.jdbc.update("insert into d.fact (n) values (100)");
    FileResult result =
        fixture.ingest(
            "fact1.csv",
            "n,amount,colour,short,parent,span",
            "1,1,red,abc,P,\"[1,2)\"",
            "2,5000,,,,", // CHECK
            "100,1,,,,", // UNIQUE, against an existing row
            "3,1,,,,",
            "3,1,,,,", // UNIQUE, within the file
            "4,1,blue,,,", // enum
            "5,1,,xxx,,", // domain
            "6,1,,,Q,", // a foreign key that nobody has configured
            "7,1,,,,\"[1,9)\"", // exclusion
            "13,1,,,,", // a trigger that raises a state of its own
            "8,1,green,,P,",
            "9,1,,,Q,");

    assertThat(result.reasons()).isEmpty();
    assertThat(result.status()).isEqualTo(Status.LOADED);
    assertThat(fixture.rows("select n from d.fact order by 1"))
        .containsExactly("1", "3", "8", "100");
    assertThat(
            fixture.rows(
                "select line, reason_code from refkeeper.quarantine where domain = 'fact' order by 1"))
        .containsExactly(
            "3|check_constraint",
            "4|unique_constraint",
            "6|unique_constraint",
            "7|database_refused",
            "8|check_constraint",
            "9|foreign_key_constraint",
            "10|exclusion_constraint",
            "11|database_refused",
            "13|foreign_key_constraint");
    assertThat(fixture.rows("select reason from refkeeper.quarantine where line = 11"))
        .containsExactly("thirteen");
  }

  @Test
  void constraintsAreTestedForAllRowsAtOnce() {
    fixture.jdbc.update("insert into d.sets (n, \"A b\", m) values (100, 'there', 100)");
    LoadResult load =
        fixture
            .ingest(
                "sets1.csv",
                "n,A b,m,parent",
                "1,a,1,P",
                "500,a,2,", // CHECK on a generated column
                "2,no,3,", // CHECK on a column with a blank in its name
                "100,there,4,", // UNIQUE over two columns, against an existing row
                "3,a,5,",
                "3,a,6,", // UNIQUE within the file
                "4,a,,",
                "5,a,,", // NULLS NOT DISTINCT
                "6,a,7,Q", // a foreign key that nobody has configured
                "7,no,5,Q", // three faults: the first constraint tells
                ",no,8,P") // NULL makes the CHECK unknown: taken
            .loads()
            .get(0);

    assertThat(load.rowsLoaded()).isEqualTo(4);
    assertThat(
            fixture.rows(
                "select line, column_name, value, reason_code from refkeeper.quarantine where domain = 'sets' order by 1"))
        .containsExactly(
            "3|twice|1000|check_constraint",
            "4|A b, n|no, 2|check_constraint",
            "5|n, A b|100, there|unique_constraint",
            "7|n, A b|3, a|unique_constraint",
            "9|m|null|unique_constraint",
            "10|parent|Q|foreign_key_constraint",
            "11|A b, n|no, 7|check_constraint");
    assertThat(fixture.rows("select n, m from d.sets where id > 1 order by m"))
        .containsExactly("1|1", "3|5", "null|8", "4|null");
  }

  @Test
  void whatNoSetCanTellIsTriedRowByRow() {
    fixture.ingest(
        "parts1.csv", "n,day", "1,2025-01-01", "-1,2025-01-02", "2,2024-01-01", "100,2025-02-01");

    assertThat(fixture.rows("select n from d.parts")).containsExactly("1");
    assertThat(
            fixture.rows(
                "select line, reason_code from refkeeper.quarantine where domain = 'parts' order by 1"))
        .containsExactly("3|check_constraint", "4|check_constraint", "5|check_constraint");
  }

  @Test
  void aTriggerThatDropsRowsFailsTheLoad() {
    Throwable failure = catchThrowable(() -> fixture.ingest("lossy1.csv", "n", "1", "14", "3"));

    assertThat(failure)
        .hasRootCauseMessage(
            "d.lossy: 3 rows were sent to d.lossy, but 2 were stored: a trigger drops rows; nothing was"
                + " loaded - let the trigger raise an error instead, so that the row goes to quarantine");
    assertThat(fixture.count("d.lossy")).isZero();
    assertThat(fixture.count("refkeeper.load_run where domain = 'lossy'")).isZero();
  }

  @Test
  void aTenthOfTheRowsBeingBadIsNoCollapse() {
    String[] lines =
        Stream.concat(
                Stream.of("n,amount,a,b,c"),
                IntStream.range(0, 20_000)
                    .mapToObj(i -> i + "," + (i % 10 == 3 ? -1 : 1) + ",a,b,c"))
            .toArray(String[]::new);

    LoadResult load = fixture.ingest("big1.csv", lines).loads().get(0);

    assertThat(load.rowsLoaded()).isEqualTo(18_000);
    assertThat(load.rowsQuarantined()).isEqualTo(2_000);
    assertThat(fixture.count("d.big where n % 10 = 3")).isZero();
    assertThat(fixture.count("refkeeper.quarantine where domain = 'big' and line % 10 = 5"))
        .isEqualTo(2_000);
  }
}
