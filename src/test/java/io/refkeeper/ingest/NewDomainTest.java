package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.ingest.FileResult.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Domains and tables that the repository has never seen work by configuration alone. */
class NewDomainTest {

  private static final String TABLES =
      """
      create schema "Lager Ü";
      create schema notes;
      create table notes.vehicle (number integer primary key);
      create table notes.note (text text);
      create schema fleet;
      create collation fleet.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

      create table fleet.driver (name text collate fleet.any_case primary key, home text);
      create table fleet.vehicle (number integer primary key, plate text);
      create table fleet.route (depot text, number smallint, distance numeric(8,2), primary key (depot, number));
      create table fleet.fuel (code varchar(6) primary key, label text);
      create table fleet.region (code text primary key);
      insert into fleet.fuel values ('D', 'Diesel'), ('X', 'unknown');
      insert into fleet.region values ('N');

      create table fleet.trip (
        id bigint generated always as identity,
        day date not null,
        driver text collate fleet.any_case references fleet.driver,
        vehicle integer references fleet.vehicle,
        depot text, route smallint,
        fuel varchar(6) references fleet.fuel,
        region text references fleet.region,
        litres numeric(8,2),
        price numeric(10,2) generated always as (litres * 2) stored,
        created_at timestamptz not null default now(),
        load_id bigint,
        foreign key (depot, route) references fleet.route
      ) partition by range (day);
      create table fleet.trip_2025 partition of fleet.trip for values from ('2025-01-01') to ('2026-01-01');

      create table "Lager Ü"."Artikel ""A""\" ("Nr. p.x" text primary key, "Größe" text, "w.k1" text);
      create table "Lager Ü"."Be wegung" ("SELECT" text references "Lager Ü"."Artikel ""A""\", "数量" int, "a""b" text);
      """;

  private static final String DOMAINS =
      """
      domains:
        trips:
          files: ["trips*.csv"]
          target_schema: fleet
          target_table: trip
          load_mode: append
          load_id_column: load_id
          limits: {max_unknown_ratio: 1}
          format: {header_row: 0, delimiter: ";"}
          columns:
            - {source: day, target: day}
            - {source: driver, target: driver}
            - {source: vehicle, target: vehicle}
            - {source: depot, target: depot}
            - {source: route, target: route}
            - {source: fuel, target: fuel}
            - {source: region, target: region}
            - {source: litres, target: litres}
          foreign_keys:
            - {name: fk_driver, source_column: driver, target_schema: fleet, target_table: driver, target_key: name,
               backfill_columns: [{source: depot, target: home}]}
            - {name: fk_vehicle, source_column: vehicle, target_schema: fleet, target_table: vehicle, target_key: number}
            - {name: fk_route, source_column: [depot, route], target_schema: fleet, target_table: route, target_key: [depot, number]}
            - {name: fk_fuel, source_column: fuel, target_schema: fleet, target_table: fuel, target_key: code,
               on_unknown: use_default, default_key: X}
            - {name: fk_region, source_column: region, target_schema: fleet, target_table: region, target_key: code,
               on_unknown: quarantine, skip_blank_values: false}
        stock:
          files: ["stock*.csv"]
          target_schema: "Lager Ü"
          target_table: "Be wegung"
          load_mode: append
          limits: {max_unknown_ratio: 1}
          foreign_keys:
            - name: "fk 'x'"
              source_column: "SELECT"
              target_schema: "Lager Ü"
              target_table: 'Artikel "A"'
              target_key: "Nr. p.x"
              mode: fill_null_only
              key_pattern: "[A-Z0-9.]{2,8}"
              backfill_columns:
                - {source: "Größe", target: "Größe"}
                - {source: "w.k1", target: "w.k1"}
        notes:
          files: ["note*.csv"]
          target_schema: notes
          target_table: note
          load_mode: append
          limits: {max_unknown_ratio: 1}
          foreign_keys:
            - {name: fk_vehicle, source_column: vehicle no, target_schema: notes, target_table: vehicle, target_key: number}
        strict:
          files: ["strict*.csv"]
          target_schema: fleet
          target_table: trip
          load_mode: append
          foreign_keys:
            - {name: fk_region, source_column: region, target_schema: fleet, target_table: region, target_key: code,
               on_unknown: reject_file}
            - {name: fk_fuel, source_column: fuel, target_schema: fleet, target_table: fuel, target_key: code,
               on_unknown: use_default, default_key: GONE}
      """;

  private static final String MANAGEMENT = "strategy: hybrid\nbackfill: {mode: always}\n";

  @TempDir static Path home;
  static IngestFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = IngestFixture.of(home, TABLES, DOMAINS, MANAGEMENT, "reference_tables: {}\n");
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void keysOfEveryKindInAFileWithoutHeaderIntoAPartitionedTable() {
    FileResult result =
        fixture.ingest(
            "trips1.csv",
            "2025-10-01;abc;1;Bonn;7;D;N;10",
            "2025-10-02;ABC;1;Bonn;;D;N;20", // the same driver; half a key names no route
            "2025-10-03;Abc;2;;7;ZZ;N;30.5", // an unknown fuel is replaced
            "2025-10-04;xyz;1;Bonn;7;;N;", // no fuel at all stays none
            "2025-10-05;xyz;1;Bonn;7;D;;1", // a blank region is not allowed
            "2025-10-06;new;9;Köln;8;D;S;1", // an unknown region waits; nothing is made for it
            "2026-10-07;xyz;1;Bonn;7;D;N;1"); // no partition takes it

    assertThat(result.reasons()).isEmpty();
    assertThat(result.status()).isEqualTo(Status.LOADED);
    LoadResult load = result.loads().get(0);
    assertThat(List.of(load.rowsRead(), load.rowsLoaded(), load.rowsQuarantined()))
        .containsExactly(7L, 4L, 3L);
    assertThat(
            fixture.rows(
                """
                select day, driver, vehicle, depot, route, fuel, litres, price, load_id = %d, created_at is not null
                from fleet.trip_2025 order by day
                """
                    .formatted(load.loadRunId())))
        .containsExactly(
            "2025-10-01|abc|1|Bonn|7|D|10.00|20.00|t|t",
            "2025-10-02|ABC|1|Bonn|null|D|20.00|40.00|t|t",
            "2025-10-03|Abc|2|null|7|X|30.50|61.00|t|t",
            "2025-10-04|xyz|1|Bonn|7|null|null|null|t|t");
    assertThat(
            fixture.rows("select name, home, _source, _needs_review from fleet.driver order by 1"))
        .containsExactly("abc|Bonn|auto_derived|t", "xyz|Bonn|auto_derived|t");
    assertThat(fixture.rows("select number from fleet.vehicle order by 1"))
        .containsExactly("1", "2");
    assertThat(fixture.rows("select depot, number from fleet.route")).containsExactly("Bonn|7");
    assertThat(load.newParents())
        .containsOnly(
            org.assertj.core.api.Assertions.entry("fleet.driver", 2L),
            org.assertj.core.api.Assertions.entry("fleet.vehicle", 2L),
            org.assertj.core.api.Assertions.entry("fleet.route", 1L));
    assertThat(
            fixture.rows(
                "select table_name, key::text, first_line, fact_rows from refkeeper.derived_record where domain = 'trips' order by 1, 2"))
        .containsExactly(
            "driver|{abc}|1|3",
            "driver|{xyz}|4|2",
            "route|{Bonn,7}|1|3",
            "vehicle|{1}|1|4",
            "vehicle|{2}|3|1");
    assertThat(
            fixture.rows(
                "select line, reason_code, column_name, value from refkeeper.quarantine where domain = 'trips' order by 1"))
        .containsExactly(
            "5|blank_key|region|null", "6|unknown_key|region|S", "7|check_constraint|null|null");
  }

  @Test
  void nastyNamesAreQuotedEverywhere() {
    fixture.ingest("stock1.csv", "SELECT,数量,\"a\"\"b\",Größe,w.k1", "A.1,1,x,,", "B.2,2,y,L,q");
    FileResult result =
        fixture.ingest(
            "stock2.csv", "SELECT,数量,\"a\"\"b\",Größe,w.k1", "A.1,3,\\N,M,z", "toolongkey,1,,,");

    assertThat(result.reasons()).isEmpty();
    assertThat(
            fixture.rows(
                "select \"SELECT\", \"数量\", \"a\"\"b\" from \"Lager Ü\".\"Be wegung\" order by 2"))
        .containsExactly("A.1|1|x", "B.2|2|y", "A.1|3|null");
    assertThat(
            fixture.rows(
                "select \"Nr. p.x\", \"Größe\", \"w.k1\" from \"Lager Ü\".\"Artikel \"\"A\"\"\" order by 1"))
        .containsExactly("A.1|M|z", "B.2|L|q");
    assertThat(
            fixture.rows(
                "select action, before ->> 'Größe', after ->> 'Größe' from refkeeper.audit_log where key = '{A.1}' order by id"))
        .containsExactly("insert|null|null", "update|null|M");
    assertThat(
            fixture.rows(
                "select line, reason_code, value from refkeeper.quarantine where domain = 'stock'"))
        .containsExactly("3|key_pattern|toolongkey");
  }

  @Test
  void anUnknownKeyRejectsTheFileWhereConfigured() {
    FileResult result = fixture.ingest("strict1.csv", "day,region", "2025-01-01,N", "2025-01-02,Q");

    assertThat(result.status()).isEqualTo(Status.REJECTED);
    assertThat(result.reasons().get(0).code()).isEqualTo("missing_column");
    result = fixture.ingest("strict2.csv", "day,region,fuel", "2025-01-01,N,D", "2025-01-02,Q,D");
    assertThat(result.reasons())
        .containsExactly(
            new FileResult.Reason(
                "unknown_key",
                "Foreign key fk_region names [Q], which has no row in fleet.region; nothing was loaded",
                "strict2.csv",
                "add the row, or set on_unknown to backfill or quarantine",
                0));
    result = fixture.ingest("strict3.csv", "day,region,fuel", "2025-01-01,N,Q");
    assertThat(result.reasons()).extracting("code").containsExactly("default_key_missing");
    assertThat(fixture.count("fleet.trip where day < '2025-02-01'")).isZero();
  }

  @Test
  void aKeyThatTheFactTableDoesNotStoreIsReadAsTheParentsType() {
    FileResult result =
        fixture.ingest("note1.csv", "text,vehicle no", "a,07", "b,7.0", "c,seven", "d,７");

    assertThat(result.reasons()).isEmpty();
    assertThat(fixture.rows("select text from notes.note order by 1"))
        .containsExactly("a", "b", "d");
    assertThat(fixture.rows("select number from notes.vehicle")).containsExactly("7");
    assertThat(
            fixture.rows(
                "select line, reason_code, column_name from refkeeper.quarantine where domain = 'notes'"))
        .containsExactly("4|bad_number|vehicle no");
  }
}
