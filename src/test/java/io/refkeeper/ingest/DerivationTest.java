package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.refkeeper.ingest.FileResult.Status;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parents derived from facts: every aggregation, what does not fit, what is left of them. */
class DerivationTest {

  private static final String TABLES =
      """
      create schema b;
      create table b.sector (code text primary key, label text);
      create table b.client (
        code varchar(8) primary key, first_name text, usual text, biggest text, biggest_by_file text, kinds text,
        kinds_unsorted text, n_kinds integer, remark text, constant text, months jsonb, short varchar(3),
        sector text references b.sector, nature jsonb check (nature <> '"bad"'));
      insert into b.client (code) values ('OLD');
      create table b.sale (day date, client varchar(12) references b.client, kind text, amount numeric(12,2), name text);

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
        sales:
          files: ["sales*.csv"]
          target_schema: b
          target_table: sale
          load_mode: append
          foreign_keys:
            - name: fk_client
              source_column: client
              target_schema: b
              target_table: client
              target_key: code
              mode: fill_null_only
              backfill_columns:
                - {source: name, target: first_name}
                - {source: name, target: usual, aggregation: {type: most_frequent}}
                - {source: name, target: biggest, aggregation: {type: max_by, order_column: amount}}
                - {source: name, target: biggest_by_file, aggregation: {type: max_by, order_column: weight}}
                - {source: kind, target: kinds, aggregation: {type: concat_distinct}}
                - {source: kind, target: kinds_unsorted, aggregation: {type: concat_distinct, separator: " / ", sort: false}}
                - {source: kind, target: n_kinds, aggregation: {type: count_distinct}}
                - {target: remark, aggregation: {type: template, template: "{day:yyMM}_{kind}!"}}
                - {target: constant, aggregation: {type: template, template: "from sales"}}
                - {target: months, aggregation: {type: jsonb_append, template: "{day:yyMM}新建"}}
                - {source: kind, target: short, optional: true}
                - {source: sector, target: sector, optional: true}
                - {source: nature, target: nature, optional: true}
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
  void everyAggregationAndTheFillingOfWhatIsEmpty() {
    String header = "day,client,kind,amount,name,weight,sector,nature";
    FileResult result =
        fixture.ingest(
            "sales1.csv",
            header,
            "2025-10-01,C1,,1,(空白),9,,", // blanks never count
            "2025-10-01,C1,zeta,5,Ann,8,none,{bad json",
            "2025-11-01,C1,alpha,10,Bob,10,none,",
            "2025-11-02,C1,alpha,10,Cid,9.5,,", // a tie: the first wins
            "2025-11-03,C1,zeta,N/A,Cid,,,",
            "2025-11-03,C2,k1,,Eve,,,",
            "2025-11-03,C2,k2,,Fay,,,",
            "2025-10-01,OLD,k,1,Old,1,,");

    assertThat(result.status()).isEqualTo(Status.LOADED);
    assertThat(result.loads().get(0).rowsLoaded()).isEqualTo(8);
    assertThat(
            fixture.rows(
                """
                select code, first_name, usual, biggest, biggest_by_file, kinds, kinds_unsorted, n_kinds, remark, constant,
                       months, short, sector, nature, _source, _needs_review, _derived_from_domain, _derived_at is not null
                from b.client order by code
                """))
        .containsExactly(
            "C1|Ann|Cid|Bob|Bob|alpha+zeta|zeta / alpha|2|2510_zeta!|from sales|[\"2510新建\", \"2511新建\"]|null|null|null|auto_derived|t|sales|t",
            "C2|Eve|Eve|Eve|Eve|k1+k2|k1 / k2|2|2511_k1!|from sales|[\"2511新建\"]|k1|null|null|auto_derived|t|sales|t",
            "OLD|null|null|null|null|null|null|null|null|null|null|null|null|null|authoritative|f|null|f");
    assertThat(
            fixture.rows(
                """
                select key[1], file_name, sheet, first_line, fact_rows, state, values ->> 'first_name',
                       conflicts -> 'first_name', (select string_agg(k, ',' order by k) from jsonb_object_keys(left_empty) k)
                from refkeeper.derived_record where table_name = 'client' order by 1
                """))
        .containsExactly(
            "C1|sales1.csv|null|2|5|pending|Ann|[\"Bob\", \"Cid\"]|nature,sector,short",
            "C2|sales1.csv|null|7|2|pending|Eve|[\"Fay\"]|null");
    assertThat(ReportText.of(result).replaceAll("\\s+", " "))
        .contains(
            "left empty in b.client C1: short: 'zeta' has 4 characters, character varying(3) takes 3")
        .contains(
            "left empty in b.client C1: sector: 'none' was refused: insert or update on table")
        .contains(
            "left empty in b.client C1: nature: '{bad json' was refused: invalid input syntax");

    // a later file fills what is empty of derived rows, and adds to the array
    fixture.jdbc.update("insert into b.sector values ('S', 's')");
    LoadResult second =
        fixture
            .ingest(
                "sales2.csv",
                header,
                "2025-12-01,C1,abc,1,Zoe,1,S,[1]",
                "2025-12-01,OLD,abc,1,Zoe,1,S,[1]")
            .loads()
            .get(0);

    assertThat(second.backfill().get("fk_client").updated()).isEqualTo(1);
    assertThat(
            fixture.rows(
                "select code, first_name, months, short, sector, nature from b.client where code <> 'C2' order by 1"))
        .containsExactly(
            "C1|Ann|[\"2510新建\", \"2511新建\", \"2512新建\"]|abc|S|[1]",
            "OLD|null|null|null|null|null");
    assertThat(
            fixture.rows(
                """
                select action, actor, run_kind, run_id = %d, before ->> 'short', after ->> 'short', before ? 'refkeeper_n'
                from refkeeper.audit_log where key = '{C1}' order by id
                """
                    .formatted(second.loadRunId())))
        .containsExactly(
            "insert|backfill|load|f|null|null|null", "update|backfill|load|t|null|abc|f");
  }

  @Test
  void aRowThatRefusesWhatWouldFillItStaysAsItIsAndTheOthersAreFilled() {
    String header = "day,client,kind,amount,name,weight,sector,nature";
    fixture.ingest(
        "sales-fill1.csv",
        header,
        "2025-10-01,F1,,1,,1,,",
        "2025-10-01,F2,,1,,1,,",
        "2025-10-01,F3,,1,,1,,");
    LoadResult second =
        fixture
            .ingest(
                "sales-fill2.csv",
                header,
                "2025-10-02,F1,k1,1,Ann,1,,[1]",
                "2025-10-02,F2,k2,1,Bob,1,,{bad json",
                "2025-10-02,F3,k3,1,Cid,1,,[3]")
            .loads()
            .get(0);

    assertThat(second.rowsLoaded()).isEqualTo(3);
    assertThat(second.backfill().get("fk_client").updated()).isEqualTo(2);
    assertThat(
            fixture.rows(
                "select code, first_name, short, nature from b.client where code like 'F_' order by 1"))
        .containsExactly("F1|Ann|k1|[1]", "F2|null|null|null", "F3|Cid|k3|[3]");
    assertThat(
            fixture.rows(
                "select key[1] from refkeeper.audit_log where run_id = %d and action = 'update' order by 1"
                    .formatted(second.loadRunId())))
        .containsExactly("F1", "F3");
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
      org.awaitility.Awaitility.await()
          .until(() -> fixture.count("pg_locks where not granted and locktype = 'advisory'") == 1);
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
  void whatDoesNotFitAKeyQuarantinesItsRows() {
    FileResult result =
        fixture.ingest(
            "sales3.csv",
            "day,client,kind,amount,name,weight,sector,nature",
            "2025-10-01,MUCHTOOLONG,k,1,n,1,,");

    assertThat(result.reasons()).isEmpty();
    assertThat(
            fixture.rows(
                "select line, reason_code, value from refkeeper.quarantine where file_name = 'sales3.csv'"))
        .containsExactly("2|key_does_not_fit|MUCHTOOLONG");
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
  void onlyTheValueToBlameIsLeftEmpty() {
    fixture.jdbc.update("insert into b.sector values ('S1', 'one')");
    String[] rows =
        IntStream.range(0, 250)
            .mapToObj(
                i ->
                    "2025-10-01,B%d,abc,1,Ann,1,S1,\"\"\"%s\"\"\""
                        .formatted(i, i % 2 == 0 ? "bad" : "good"))
            .toArray(String[]::new);
    LoadResult load =
        fixture
            .ingest(
                "sales-blame.csv",
                Stream.concat(
                        Stream.of("day,client,kind,amount,name,weight,sector,nature"),
                        Stream.of(rows))
                    .toArray(String[]::new))
            .loads()
            .get(0);

    assertThat(load.rowsLoaded()).isEqualTo(250);
    assertThat(
            fixture.rows(
                "select short, sector, nature, count(*) from b.client where code like 'B%' group by 1, 2, 3 order by 3"))
        .containsExactly("abc|S1|\"good\"|125", "abc|S1|null|125");
    assertThat(
            fixture.rows(
                "select distinct left_empty from refkeeper.derived_record where file_name = 'sales-blame.csv' and left_empty <> '{}'"
                    + " and first_line = 2"))
        .singleElement()
        .asString()
        .startsWith("{\"nature\": \"'\\\"bad\\\"' was refused: new row for relation");
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
        org.awaitility.Awaitility.await()
            .until(
                () ->
                    fixture.count("pg_locks where not granted and locktype = 'transactionid'")
                        == 1);
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
}
