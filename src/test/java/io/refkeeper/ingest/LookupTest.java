package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.Configuration;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.ingest.FileResult.Status;
import io.refkeeper.testing.ClosedPort;
import io.refkeeper.testing.TestMariaDb;
import io.refkeeper.testing.TestPostgres;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** With {@code lookup_on_demand} a load asks the source for the keys that it does not find. */
class LookupTest {

  private static final String TABLES =
      """
      create schema p;
      create table p.item (code varchar(9) primary key, name text check (name <> 'forbidden'), since timestamptz);
      create table p.spot (area int, item varchar(9) references p.item, label varchar(5), primary key (area, item));
      create table p.other (code text primary key);
      create table p.sale (n int, item varchar(9) references p.item, area int, other text references p.other,
        foreign key (area, item) references p.spot);
      """;
  private static final String DOMAINS =
      """
      defaults: {limits: {max_unknown_ratio: 0.5, min_rows: 1000}}
      domains:
        sale:
          files: ["sale*.csv"]
          target_schema: p
          target_table: sale
          load_mode: append
          foreign_keys:
            - {name: fk_item, source_column: item, target_schema: p, target_table: item, target_key: code, key_pattern: "[A-Za-z0-9' ]{1,9}", derive_columns: [item]}
            - name: fk_spot
              source_column: [item, area]
              target_schema: p
              target_table: spot
              target_key: [item, area]
              depends_on: [fk_item]
              derive_columns: [item, area]
            - {name: fk_other, source_column: other, target_schema: p, target_table: other, target_key: code, on_unknown: %s}
      """
          .replace("derive_columns: [item]}", "backfill_columns: [{source: item, target: code}]}");

  @TempDir static Path folder;

  private static final HikariDataSource OTHER = TestPostgres.newDatabase();
  private static final SourceConnection LEGACY = TestMariaDb.newDatabase();
  private static IngestFixture fixture;

  private static String sources(int legacyPort) {
    return """
    connections:
      hub: {type: mysql, host: 127.0.0.1, port: %d, database: %s, user: %s, password: "${NONE:%s}", tls: disabled}
      pg: {type: postgres, host: localhost, port: %d, database: %s, user: postgres, tls: disabled}
    reference_tables:
      item: {target_schema: p, source_type: legacy_mysql, source_config: {connection: hub, key_column: id, columns: {id: code, name: name, since: since}, where: "hidden = 0"}, sync_strategy: merge, schedule: manual, lookup_on_demand: true}
      spot: {target_schema: p, source_type: postgres, source_config: {connection: pg, key_column: [area, item]}, sync_strategy: merge, schedule: manual, lookup_on_demand: true}
      other: {target_schema: p, source_type: postgres, source_config: {connection: pg, key_column: code}, sync_strategy: merge, schedule: manual, lookup_on_demand: true}
    """
        .formatted(
            legacyPort,
            LEGACY.database(),
            LEGACY.user(),
            LEGACY.password(),
            url().getPort(),
            url().getPath().substring(1));
  }

  private static URI url() {
    return URI.create(OTHER.getJdbcUrl().substring("jdbc:".length()));
  }

  private static IngestFixture fixture(String name, String onUnknown, int legacyPort)
      throws Exception {
    Path home = Files.createDirectories(folder.resolve(name));
    Configuration configuration =
        IngestFixture.configuration(
            home,
            DOMAINS.formatted(onUnknown),
            "strategy: hybrid\ntime_zone: Asia/Shanghai\n",
            sources(legacyPort));
    return new IngestFixture(TABLES, configuration, home, false, 2_000);
  }

  @BeforeAll
  static void start() throws Exception {
    fixture = fixture("up", "reject_file", LEGACY.port());
    TestMariaDb.execute(
        LEGACY.database(),
        "create table item (id varchar(20) primary key, name varchar(50), since datetime, hidden int not null default 0)");
    new JdbcTemplate(OTHER)
        .execute(
            "create table spot (area int, item text, label text); create table other (code text, more text)");
  }

  @AfterAll
  static void close() {
    fixture.close();
    OTHER.close();
  }

  @BeforeEach
  void asBefore() {
    fixture.jdbc.execute(
        """
        do $$ begin
          perform set_config('refkeeper.audit_retention', 'on', true); -- else the log refuses
          truncate p.sale, p.spot, p.item, p.other, refkeeper.load_run, refkeeper.audit_log,
            refkeeper.derived_record, refkeeper.quarantine, refkeeper.outbox cascade;
        end $$
        """);
    fixture.jdbc.execute("insert into p.item (code, name) values ('KNOWN', 'here')");
    synced(fixture);
    TestMariaDb.execute(LEGACY.database(), "delete from item");
    new JdbcTemplate(OTHER).execute("truncate spot, other");
  }

  private static void synced(IngestFixture target) {
    target.jdbc.execute(
        """
        truncate refkeeper.sync_run cascade;
        with run as (insert into refkeeper.sync_run (trigger, instance) values ('manual', 'i') returning id)
        insert into refkeeper.sync_table_run (sync_run_id, table_schema, table_name, source_type, strategy, status)
        select id, 'p', t, 'x', 'merge', 'ok' from run, unnest(array['item', 'spot', 'other']) t
        """);
  }

  private static String[] rows(String... rows) {
    return Stream.concat(Stream.of("n,item,area,other"), Stream.of(rows)).toArray(String[]::new);
  }

  private static List<String> items(IngestFixture of) {
    return of.rows(
        "select code, name, _source, _needs_review, to_char(since, 'YYYY-MM-DD HH24:MI TZH') from p.item order by code");
  }

  @Test
  void whatTheSourceHasIsAuthoritativeAndOnlyTheRestIsDerived() {
    TestMariaDb.execute(
        LEGACY.database(),
        "insert into item values ('A', 'from the source', '2025-10-31 08:00:00', 0), ('O''NEIL', 'quoted', null, 0), ('HIDDEN', 'where', null, 1), ('UNASKED', 'u', null, 0)");
    new JdbcTemplate(OTHER)
        .execute(
            "insert into spot values (1, 'A', 'one'), (2, 'A', 'two'); insert into other values ('x')");
    fixture.jdbc.execute(
        """
        truncate refkeeper.quality_snapshot;
        insert into refkeeper.quality_snapshot
          (table_schema, table_name, authoritative, auto_derived, pending_review)
        values ('p', 'item', 1, 0, 0), ('p', 'spot', 0, 0, 0), ('p', 'other', 0, 0, 0)
        """);

    FileResult result =
        fixture.ingest(
            "sale1.csv",
            rows(
                "1,A,1,x",
                "2,A,3,x",
                "3,KNOWN,,",
                "4,O'NEIL,,",
                "5,HIDDEN,,",
                "6,NEW,1,",
                "7,A,1,",
                "8,?!,,"));

    assertThat(result.reasons()).isEmpty();
    LoadResult load = result.loads().get(0);
    assertThat(load.foundOnDemand())
        .containsOnly(
            Map.entry("fk_item", 2L), Map.entry("fk_spot", 1L), Map.entry("fk_other", 1L));
    assertThat(load.newParents()).containsOnly(Map.entry("p.item", 2L), Map.entry("p.spot", 2L));
    assertThat(load.coverage())
        .as("keys that were there before the file")
        .containsEntry("fk_item", 0.1667)
        .containsEntry("fk_spot", 0.0);
    assertThat(List.of(load.rowsLoaded(), load.rowsQuarantined())).containsExactly(7L, 1L);
    assertThat(result.degraded()).isFalse();
    assertThat(items(fixture))
        .containsExactly(
            "A|from the source|authoritative|f|2025-10-31 00:00 +00",
            "HIDDEN|null|auto_derived|t|null",
            "KNOWN|here|authoritative|f|null",
            "NEW|null|auto_derived|t|null",
            "O'NEIL|quoted|authoritative|f|null");
    assertThat(fixture.rows("select area, item, label, _source from p.spot order by item, area"))
        .containsExactly(
            "1|A|one|authoritative", "3|A|null|auto_derived", "1|NEW|null|auto_derived");
    assertThat(
            fixture.rows(
                "select a.table_name, key[1], action, actor, run_kind, run_id = l.id, before is null, after ->> '_source' from refkeeper.audit_log a, refkeeper.load_run l where after ->> '_source' = 'authoritative' order by 1, 2"))
        .containsExactly(
            "item|A|insert|load|load|t|t|authoritative",
            "item|O'NEIL|insert|load|load|t|t|authoritative",
            "other|x|insert|load|load|t|t|authoritative",
            "spot|1|insert|load|load|t|t|authoritative");
    assertThat(
            fixture.rows(
                "select key[1] from refkeeper.derived_record where table_name = 'item' order by 1"))
        .containsExactly("HIDDEN", "NEW");
    assertThat(ReportText.of(result))
        .contains("keys found at their source on demand: fk_item 2, fk_spot 1, fk_other 1");
    assertThat(
            fixture.rows(
                "select table_name, authoritative, auto_derived, counted from refkeeper.quality_latest order by 1"))
        .containsExactly("item|3|2|f", "other|1|0|f", "spot|1|2|f");
  }

  @Test
  void manyKeysAreAskedForInSeveralQueriesAndDoNotCountAsUnknown() {
    TestMariaDb.execute(
        LEGACY.database(),
        "insert into item select concat('K', seq), 'n', null, 0 from seq_1_to_1300");

    FileResult result =
        fixture.ingest(
            "sale2.csv",
            rows(
                IntStream.rangeClosed(1, 1300)
                    .mapToObj(i -> i + ",K" + i + ",,")
                    .toArray(String[]::new)));

    assertThat(result.reasons()).as("max_unknown_ratio is 0.5").isEmpty();
    assertThat(result.loads().get(0).foundOnDemand()).containsEntry("fk_item", 1300L);
    assertThat(fixture.count("p.item where _source = 'authoritative'")).isEqualTo(1301);
    assertThat(fixture.count("refkeeper.derived_record")).isZero();
  }

  @Test
  void rowsOfTheSourceThatCannotBeUsedAreDerivedAsUsual() {
    TestMariaDb.execute(LEGACY.database(), "insert into item values ('A', 'a', null, 0)");
    new JdbcTemplate(OTHER)
        .execute(
            "insert into spot values (1, 'A', 'far too long'), (2, 'A', 'b'), (2, 'A', 'twice')");

    FileResult result = fixture.ingest("sale3.csv", rows("1,A,1,", "2,A,2,"));

    assertThat(result.reasons()).isEmpty();
    assertThat(fixture.rows("select area, label, _source from p.spot order by 1"))
        .containsExactly("1|null|auto_derived", "2|null|auto_derived");
    assertThat(result.loads().get(0).foundOnDemand()).containsOnly(Map.entry("fk_item", 1L));
  }

  @Test
  void aTableThatRefusesWhatWasFoundDoesNotStopTheLoad() {
    TestMariaDb.execute(
        LEGACY.database(),
        "insert into item values ('A', 'forbidden', null, 0), ('B', 'b', null, 0)");

    FileResult result = fixture.ingest("sale4.csv", rows("1,A,,", "2,B,,"));

    assertThat(result.status()).isEqualTo(Status.LOADED);
    assertThat(result.degradedReason())
        .contains(
            "the source of p.item was asked for unknown keys: PostgreSQL refused rows that were looked up")
        .contains("item_name_check");
    assertThat(items(fixture)).contains("A|null|auto_derived|t|null", "B|null|auto_derived|t|null");
  }

  @Test
  void aDryRunAsksAndLeavesNothing() {
    TestMariaDb.execute(LEGACY.database(), "insert into item values ('A', 'a', null, 0)");

    FileResult result =
        fixture.ingest(
            Delivery.of(
                fixture.file("sale5.csv", rows("1,A,,")),
                null,
                true,
                false,
                Delivery.Progress.NONE));

    assertThat(result.status()).isEqualTo(Status.WOULD_LOAD);
    assertThat(result.loads().get(0).foundOnDemand()).containsEntry("fk_item", 1L);
    assertThat(items(fixture)).hasSize(1);
    assertThat(fixture.count("refkeeper.audit_log")).isZero();
  }

  @Test
  void aRejectedFileTakesWhatItHasFoundBackAndASourceThatHasNothingRejectsIt() {
    TestMariaDb.execute(LEGACY.database(), "insert into item values ('A', 'a', null, 0)");

    FileResult result = fixture.ingest("sale6.csv", rows("1,A,,nobody"));

    assertThat(result.status()).isEqualTo(Status.REJECTED);
    assertThat(result.reasons()).extracting(FileResult.Reason::code).containsExactly("unknown_key");
    assertThat(items(fixture)).hasSize(1);
  }

  @Test
  void aSourceThatIsDownMeansDegradedAndNoLoadIsStopped() throws Exception {
    try (ClosedPort closed = new ClosedPort();
        IngestFixture down = fixture("down", "quarantine", closed.number())) {
      synced(down);
      new JdbcTemplate(OTHER).execute("insert into other values ('x')");

      FileResult result = down.ingest("sale7.csv", rows("1,A,,x", "2,B,,y"));

      assertThat(result.status()).isEqualTo(Status.LOADED);
      assertThat(result.degraded()).isTrue();
      assertThat(result.degradedReason())
          .isEqualTo(
              "the source of p.item was asked for unknown keys: The legacy server cannot be reached");
      assertThat(down.rows("select degraded from refkeeper.load_run")).containsExactly("t");
      assertThat(items(down)).containsExactly("A|null|auto_derived|t|null");
      assertThat(down.rows("select code, _source from p.other"))
          .as("on_unknown: quarantine, and found")
          .containsExactly("x|authoritative");
      assertThat(down.rows("select line, value from refkeeper.quarantine")).containsExactly("3|y");
    }
  }
}
