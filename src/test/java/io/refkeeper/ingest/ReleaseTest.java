package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.database.TableName;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.ReleaseRequest.Trigger;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that wait for a missing parent are loaded by themselves when it has come, once. */
class ReleaseTest implements ReleaseRuleCases {

  static final String TABLES =
      """
      create schema r;
      create table r.item (code text primary key, name text);
      create table r.shop (code int primary key);
      create table r.sale (item text references r.item, shop int references r.shop,
        day date, n int check (n < 100), load bigint);
      create table r.monthly (month date not null, item text references r.item, n int);
      create table r.stock (shelf int primary key, item text references r.item, n int);
      create collation r.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      create table r.regional (region text collate r.any_case, item text references r.item, n int);
      create table r.visit (item text references r.item, n int);
      """;

  private static final String KEY =
      "{name: fk_item, source_column: item, target_schema: r, target_table: item, target_key: code, on_unknown: %s}";

  static final String DOMAINS =
      """
      domains:
        sale:
          files: ["sale*.csv"]
          target_schema: r
          target_table: sale
          load_mode: append
          load_id_column: load
          columns: [{source: day, target: day, formats: ["yyyyMMdd"], optional: true}]
          foreign_keys:
            - %1$s
            - {name: fk_shop, source_column: shop, target_schema: r, target_table: shop, target_key: code, on_unknown: quarantine}
        monthly:
          files: ["monthly*.csv"]
          target_schema: r
          target_table: monthly
          load_mode: replace
          replace_by: [month]
          foreign_keys: [%1$s]
        regional:
          files: ["region*.csv"]
          target_schema: r
          target_table: regional
          load_mode: replace
          replace_by: [region]
          foreign_keys: [%1$s]
        stock:
          files: ["stock*.csv"]
          target_schema: r
          target_table: stock
          load_mode: upsert
          upsert_by: [shelf]
          foreign_keys: [%1$s]
        visit:
          files: ["visit*.csv"]
          target_schema: r
          target_table: visit
          load_mode: append
          foreign_keys: [%2$s]
      """
          .formatted(KEY.formatted("quarantine"), KEY.formatted("backfill"));

  private static final String MANAGEMENT =
      """
      strategy: hybrid
      backfill: {notification_channel: stewards}
      notifications: {channels: {stewards: {email: ["steward@example.com"]}}}
      """;

  private static final String SOURCES =
      """
      reference_tables:
        item:
          target_schema: r
          source_type: config_file
          source_config: {file_path: items.csv, format: csv, key_column: code}
          sync_strategy: merge
          schedule: manual
      """;

  @TempDir static Path home;
  static IngestFixture fixture;

  @BeforeAll
  static void open() throws Exception {
    fixture = IngestFixture.of(home, TABLES, DOMAINS, MANAGEMENT, SOURCES);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @BeforeEach
  void empty() {
    fixture.jdbc.execute(
        """
        truncate r.item, r.shop, r.sale, r.monthly, r.stock, r.regional, r.visit, refkeeper.load_run,
          refkeeper.release_run, refkeeper.outbox, refkeeper.key_alias, refkeeper.derived_record,
          refkeeper.source_key cascade;
        insert into r.item values ('A'), ('B');
        insert into r.shop values (1);
        """);
  }

  static void items(String... codes) {
    for (String code : codes) {
      fixture.jdbc.update("insert into r.item values (?)", code);
    }
  }

  private static SyncReport sync(String... codes) throws IOException {
    Files.writeString(
        home.resolve("items.csv"), "code,name\n" + String.join(",x\n", codes) + ",x\n");
    return fixture
        .routes
        .producer()
        .requestBody(
            "direct:reference-sync",
            SyncRequest.manual(List.of("item"), false, false),
            SyncReport.class);
  }

  /** Every row of the quarantine as its line, reason and state. */
  static List<String> quarantine() {
    return fixture.rows(
        "select line, reason_code, state from refkeeper.quarantine order by load_run_id, line");
  }

  @Test
  void aSyncThatBringsTheParentLoadsTheRowsAndSaysSoOnce() throws Exception {
    FileResult load =
        fixture.ingest(
            "sale1.csv",
            "item,shop,day,n",
            "A,1,20250101,1",
            "X,1,20250102,2",
            "X,7,20250103,3",
            "Y,1,20250104,4");
    assertThat(quarantine())
        .containsExactly("3|unknown_key|waiting", "4|unknown_key|waiting", "5|unknown_key|waiting");

    assertThat(sync("A", "B", "X").rowsReleased()).isEqualTo(1);

    assertThat(fixture.rows("select item, shop, day, n, load from r.sale order by n"))
        .as("by the rules of its file, under its load's id")
        .containsExactly(
            "A|1|2025-01-01|1|" + load.loads().get(0).loadRunId(),
            "X|1|2025-01-02|2|" + load.loads().get(0).loadRunId());
    assertThat(quarantine())
        .as("a row with two unknown keys waits for both")
        .containsExactly(
            "3|unknown_key|released", "4|unknown_key|waiting", "5|unknown_key|waiting");
    assertThat(
            fixture.rows(
                "select rows_read, rows_loaded, rows_quarantined, rows_released from refkeeper.load_run"))
        .containsExactly("4|1|3|1");
    assertThat(
            fixture.rows(
                "select trigger, rows_released, rows_refused, finished_at is null from refkeeper.release_run"))
        .containsExactly("sync|1|0|f");
    assertThat(fixture.rows("select subject from refkeeper.outbox where event = 'rows_released'"))
        .containsExactly("refkeeper: loaded 1 row that had waited");

    fixture.jdbc.update("insert into r.shop values (7)");
    assertThat(fixture.release()).isEqualTo(new ReleaseReport(1, 0, List.of()));
    assertThat(fixture.release()).isEqualTo(ReleaseReport.NOTHING);
    assertThat(fixture.rows("select n from r.sale order by n")).containsExactly("1", "2", "3");
    assertThat(fixture.count("refkeeper.outbox where event = 'rows_released'")).isEqualTo(2);
  }

  @Test
  void aLoadThatMakesOrFindsTheParentLoadsTheRowsThatWaitedForIt() {
    fixture.ingest("sale1.csv", "item,shop,n", "X,1,1", "Y,1,2", "A,1,3");

    fixture.ingest("visit1.csv", "item,n", "X,1");
    assertThat(fixture.rows("select item from r.sale order by n")).containsExactly("X", "A");

    items("Y");
    fixture.ingest("visit2.csv", "item,n", "Y,1");
    assertThat(fixture.rows("select item from r.sale order by n")).containsExactly("X", "Y", "A");
    assertThat(fixture.rows("select trigger, rows_released from refkeeper.release_run order by id"))
        .containsExactly("load|1", "load|1");
  }

  @Test
  void anAliasLoadsTheRowsUnderTheRightKey() {
    fixture.ingest("sale1.csv", "item,shop,n", "a,1,1", "A,1,2");
    fixture.jdbc.update(
        """
        insert into refkeeper.key_alias (table_schema, table_name, alias, target, actor)
        values ('r', 'item', '{a}', '{A}', 'steward')
        """);
    assertThat(fixture.release().rowsReleased()).isEqualTo(1);
    assertThat(fixture.rows("select item, n from r.sale order by n")).containsExactly("A|1", "A|2");
  }

  @Test
  void aRequestForKeysReleasesTheRowsThatNameThemOnly() {
    fixture.ingest("sale1.csv", "item,shop,n", "X,1,1", "Y,1,2", "A,1,3");
    fixture.ingest("visit1.csv", "item,n", "B,1");
    items("X", "Y");
    ReleaseRequest request =
        new ReleaseRequest(
            Trigger.MANUAL, Map.of(new TableName("r", "item"), List.of(List.of("Y"))));
    ReleaseReport report =
        fixture.routes.producer().requestBody("direct:release", request, ReleaseReport.class);
    assertThat(report.rowsReleased()).isEqualTo(1);
    assertThat(fixture.rows("select item from r.sale order by n")).containsExactly("Y", "A");
  }

  @Test
  void rowsOfALoadThatIsOlderThanItsHeaderSayTheirColumnsThemselves() {
    fixture.ingest("sale1.csv", "n,shop,item", "1,1,X", "2,1", "3,1,A");
    fixture.jdbc.update("update refkeeper.load_run set header = null");
    items("X");
    fixture.release();
    assertThat(fixture.rows("select item, n from r.sale order by n")).startsWith("X|1");
  }

  @Test
  void manyRowsOfManyLoadsAreReleasedInPortions() {
    Stream<String> rows =
        IntStream.range(0, 2 * ReleaseOpening.ROWS + 3).mapToObj(i -> "X,1," + i % 100);
    fixture.ingest(
        "sale1.csv",
        Stream.of(Stream.of("item,shop,n"), rows, Stream.generate(() -> "A,1,1").limit(20_000))
            .flatMap(s -> s)
            .toArray(String[]::new));
    fixture.ingest("sale2.csv", "item,shop,n", "X,1,1", "A,1,1");
    items("X");
    assertThat(fixture.release().rowsReleased()).isEqualTo(2 * ReleaseOpening.ROWS + 4);
    assertThat(fixture.count("r.sale where item = 'X'")).isEqualTo(2 * ReleaseOpening.ROWS + 4);
    assertThat(fixture.count("refkeeper.release_run")).isEqualTo(1);
    assertThat(fixture.rows("select rows_released from refkeeper.load_run order by id"))
        .containsExactly("4003", "1");
  }

  @Test
  void whatIsReleasedAfterAnotherReleaseHasTakenTheRunForDeadIsToldToo() {
    fixture.ingest("sale1.csv", "item,shop,n", "X,1,1", "A,1,2");
    fixture.ingest("monthly1.csv", "month,item,n", "2025-01-01,X,1", "2025-01-01,A,2");
    items("X");
    AtomicInteger commits = new AtomicInteger();
    CrashPoint.onPassing(
        point -> {
          if (point == CrashPoint.RELEASE_COMMITTED && commits.getAndIncrement() == 0) {
            fixture.jdbc.update("update refkeeper.release_run set finished_at = now()");
          }
        });
    try {
      assertThat(fixture.release().rowsReleased()).isEqualTo(2);
    } finally {
      CrashPoint.onPassing(point -> {});
    }
    assertThat(fixture.rows("select subject from refkeeper.outbox where event = 'rows_released'"))
        .containsExactly("refkeeper: loaded 2 rows that had waited");
  }
}
