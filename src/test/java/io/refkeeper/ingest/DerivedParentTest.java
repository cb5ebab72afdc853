package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.refkeeper.ingest.FileResult.Status;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which parents a load makes, and which it waits for, locks or takes back. */
class DerivedParentTest {

  private static final String TABLES =
      """
      create schema b;
      create table b.sector (code text primary key, label text);
      create table b.town (code text primary key, name text not null check (name <> 'bad'), sector text references b.sector);
      insert into b.town values ('T0', 'there', null);
      create table b.visit (town text references b.town, sector text references b.sector, n int check (n > 0));
      create table b.loose (town text, n int check (n > 0));
      create table b.pair (a text primary key);
      create table b.pairs (a text references b.pair);
      create table b.rate (percent numeric(6,2) primary key);
      create table b.rated (percent numeric(6,2) references b.rate);
      """;

  private static final String DOMAINS =
      """
      defaults: {limits: {max_unknown_ratio: 1, max_quarantined_ratio: 1}}
      domains:
        visits:
          files: ["visit*.csv"]
          target_schema: b
          target_table: visit
          load_mode: append
          foreign_keys:
            - name: fk_town
              source_column: town
              target_schema: b
              target_table: town
              target_key: code
              backfill_columns: [{source: name, target: name}, {source: town_sector, target: sector}]
        loose:
          files: ["loose*.csv"]
          target_schema: b
          target_table: loose
          load_mode: append
          foreign_keys:
            - name: fk_town
              source_column: town
              target_schema: b
              target_table: town
              target_key: code
              derive_columns: [town, name]
        pairs:
          files: ["pairs*.csv"]
          target_schema: b
          target_table: pairs
          load_mode: append
          foreign_keys:
            - {name: fk_pair, source_column: a, target_schema: b, target_table: pair, target_key: a}
        rated:
          files: ["rated*.csv"]
          target_schema: b
          target_table: rated
          load_mode: append
          foreign_keys:
            - {name: fk_rate, source_column: percent, target_schema: b, target_table: rate, target_key: percent}
      """;

  @TempDir static Path home;

  @AutoClose static IngestFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture =
        IngestFixture.of(
            home,
            TABLES,
            DOMAINS,
            "strategy: hybrid\nbackfill: {mode: always}\n",
            "reference_tables: {}\n");
  }

  @Test
  void theTargetOfAnAliasIsLockedUntilTheLoadCommits() throws Exception {
    fixture.jdbc.execute(
        """
        insert into b.town values ('RIGHT', 'right', null);
        insert into refkeeper.key_alias (table_schema, table_name, alias, target, actor)
          values ('b', 'town', '{WRONG}', '{RIGHT}', 'steward');
        create function b.wait() returns trigger language plpgsql as
          $$ begin perform pg_advisory_xact_lock_shared(77); return new; end $$;
        create trigger wait before insert on b.loose for each row execute function b.wait();
        """);
    try (Connection steward = fixture.database.getConnection();
        Statement statement = steward.createStatement()) {
      statement.execute("select pg_advisory_lock(77)");
      CompletableFuture<FileResult> load =
          CompletableFuture.supplyAsync(
              () -> fixture.ingest("loose-alias.csv", "town,n,name", "WRONG,1,x"));
      org.awaitility.Awaitility.await().until(() -> waiting("advisory") == 1);
      assertThatThrownBy(
              () -> statement.execute("select from b.town where code = 'RIGHT' for update nowait"))
          .hasMessageContaining("could not obtain lock on row");
      statement.execute("select pg_advisory_unlock(77)");
      assertThat(load.get().status()).isEqualTo(Status.LOADED);
    } finally {
      fixture.jdbc.execute("drop trigger wait on b.loose");
    }
    assertThat(fixture.rows("select town from b.loose where town in ('WRONG', 'RIGHT')"))
        .containsExactly("RIGHT");
  }

  @Test
  void whatTheParentTableRefusesQuarantinesItsRowsAndNothingElse() {
    fixture.jdbc.update("insert into b.sector values ('V', 'v') on conflict do nothing");
    FileResult result =
        fixture.ingest(
            "visit1.csv",
            "town,n,name,town_sector",
            "T1,1,one,V",
            "T2,1,,V", // its name must not be empty
            "T3,1,bad,V", // a CHECK of the parent
            "T4,1,four,NONE", // the parent's own parent is not there, and the column is required
            "T5,-1,five,V"); // the fact is refused, so nothing names T5

    assertThat(result.reasons()).isEmpty();
    assertThat(result.loads().get(0).rowsLoaded()).isEqualTo(1);
    assertThat(result.loads().get(0).newParents()).containsOnlyKeys("b.town").containsValue(1L);
    assertThat(
            fixture.rows("select code from b.town where code like 'T_' and code > 'T0' order by 1"))
        .containsExactly("T1");
    assertThat(
            fixture.rows(
                "select line, reason_code from refkeeper.quarantine where file_name = 'visit1.csv' order by 1"))
        .containsExactly(
            "3|parent_value_missing", "4|parent_refused", "5|parent_refused", "6|check_constraint");
    for (String table : List.of("audit_log", "derived_record")) {
      assertThat(
              fixture.rows(
                  "select distinct key::text from refkeeper.%s where table_name = 'town' and key[1] like 'T_' order by 1"
                      .formatted(table)))
          .as(table)
          .containsExactly("{T1}");
    }
  }

  @Test
  void spellingsOfOneNumberMakeOneParentWithTheRowsOfAll() {
    FileResult result = fixture.ingest("rated1.csv", "percent", "1.5", "1.50", "01.500", "1.499");

    assertThat(result.reasons()).isEmpty();
    assertThat(
            fixture.rows(
                "select key[1], first_line, fact_rows from refkeeper.derived_record where table_name = 'rate'"))
        .containsExactly("1.50|2|4");
    assertThat(result.loads().get(0).newParents()).containsOnlyKeys("b.rate").containsValue(1L);

    fixture.jdbc.update("insert into b.rate values (70), (71)");
    LoadResult known =
        fixture.ingest("rated2.csv", "percent", "70", "71.0", "72", "72.0", "72.00").loads().get(0);
    assertThat(known.coverage()).as("of keys, not of spellings").containsEntry("fk_rate", 0.6667);
  }

  @Test
  void aParentStaysWhenOnlyTheConfigurationKnowsTheForeignKey() {
    FileResult result =
        fixture.ingest("loose1.csv", "town,n,name", "L1,1,one", "L2,-1,two", "L3,1,three");

    assertThat(result.reasons()).isEmpty();
    assertThat(fixture.rows("select code, name from b.town where code like 'L_' order by 1"))
        .containsExactly("L1|one", "L3|three");
  }

  @Test
  void aParentThatAnotherSessionIsMakingIsWaitedFor() throws Exception {
    for (boolean commits : new boolean[] {true, false}) {
      String key = commits ? "P1" : "P2";
      try (Connection other = fixture.database.getConnection();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("insert into b.pair (a) values ('%s')".formatted(key));
        CompletableFuture<FileResult> load =
            CompletableFuture.supplyAsync(
                () -> fixture.ingest("pairs-%s.csv".formatted(key), "a", key, key));
        org.awaitility.Awaitility.await().until(() -> waiting("transactionid") == 1);
        if (commits) {
          other.commit();
        } else {
          other.rollback();
        }
        assertThat(load.get().status()).isEqualTo(Status.LOADED);
        other.setAutoCommit(true);
      }
      assertThat(fixture.rows("select a, _source from b.pair where a = '%s'".formatted(key)))
          .containsExactly(key + (commits ? "|authoritative" : "|auto_derived"));
      assertThat(fixture.count("refkeeper.derived_record where key = '{%s}'".formatted(key)))
          .isEqualTo(commits ? 0 : 1);
    }
  }

  private static long waiting(String lock) {
    return fixture.count(
        "pg_stat_activity where datname = current_database() and wait_event = '%s'"
            .formatted(lock));
  }
}
