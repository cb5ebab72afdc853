package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.ingest.LoadResult.Totals;
import io.refkeeper.notification.PlainText;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a load tells of its sums, and what it adds to the quality figures. */
class LoadFiguresTest {

  private static final String TABLES =
      """
      create schema m;
      create table m.plan (code text primary key, name text);
      create table m.fact (day date, kind text, plan text references m.plan,
        amount numeric(18,4), fee double precision, load text);
      """;

  private static final String DOMAINS =
      """
      defaults: {limits: {max_unknown_ratio: 1.0}}
      domains:
        month:
          files: ["month*.csv"]
          target_schema: m
          target_table: fact
          load_mode: replace
          replace_by: [day, kind]
          control_totals: [amount, fee]
          foreign_keys: &keys
            - {name: fk_plan, source_column: plan, target_schema: m, target_table: plan, target_key: code}
        part:
          files: ["part*.csv"]
          target_schema: m
          target_table: fact
          load_mode: append
          load_id_column: load
          control_totals: [amount]
          foreign_keys: *keys
        plain:
          files: ["plain*.csv"]
          target_schema: m
          target_table: fact
          load_mode: append
          foreign_keys: *keys
      """;

  private static final String MANAGEMENT =
      """
      strategy: hybrid
      alerts: {auto_derived_ratio: 0.5, pending_review: 100}
      backfill: {notification_channel: people}
      notifications: {channels: {people: {email: [people@example.com]}}}
      """;

  @TempDir private static Path home;
  private static IngestFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = IngestFixture.of(home, TABLES, DOMAINS, MANAGEMENT, "reference_tables: {}\n");
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @BeforeEach
  void empty() {
    fixture.jdbc.execute(
        """
        truncate m.fact, m.plan, refkeeper.load_run, refkeeper.quality_snapshot,
          refkeeper.quality_alert, refkeeper.outbox cascade;
        insert into m.plan select 'P' || n from generate_series(1, 4) n;
        """);
  }

  private static LoadResult load(String name, String... lines) {
    FileResult file = fixture.ingest(name, lines);
    assertThat(file.status()).as(file.toString()).isEqualTo(FileResult.Status.LOADED);
    return file.loads().get(0);
  }

  @Test
  void theFirstDeliveryOfAMonthHasNothingBefore() {
    LoadResult first =
        load(
            "month1.csv",
            "day,kind,plan,amount,fee",
            "2025-10-01,a,P1,\"1,000.00005\",0.5",
            "2025-10-01,a,P1,bad,0.5",
            "2025-10-01,,P1,-0.25,");
    assertThat(first.controlTotals().load())
        .as("as stored: rounded, without the bad row")
        .isEqualTo(new Totals(2, Map.of("amount", "999.7501", "fee", "0.5")));
    assertThat(first.controlTotals().previous()).isNull();
  }

  @Test
  void aMonthDeliveredAgainIsComparedWithTheRowsItReplaces() {
    load(
        "month1.csv",
        "day,kind,plan,amount,fee",
        "2025-10-01,a,P1,1000,1",
        "2025-10-01,,P2,500,",
        "2025-09-01,a,P1,7,7");
    fixture.jdbc.update(
        "insert into m.fact (day, kind, amount, fee) values ('2025-10-01', 'a', 0.5, 'NaN')");
    String[] lines = new String[25];
    lines[0] = "day,kind,plan,amount,fee";
    for (int i = 1; i < lines.length; i++) { // several chunks, each with both scopes
      lines[i] = "2025-10-01,%s,P1,100,".formatted(i % 2 == 0 ? "a" : "");
    }
    FileResult again = fixture.ingest("month2.csv", lines);
    LoadResult load = again.loads().get(0);
    assertThat(load.controlTotals().load())
        .isEqualTo(new Totals(24, Map.of("amount", "2400.0000", "fee", "0")));
    assertThat(load.controlTotals().previous())
        .isEqualTo(new Totals(3, Map.of("amount", "1500.5000", "fee", "1")));
    assertThat(load.rowsReplaced()).isEqualTo(3);
    assertThat(ReportText.of(again).replace('\u00a0', ' '))
        .contains("    control totals (before): rows 24 (3), amount 2,400 (1,500.5), fee 0 (1)\n");
    assertThat(
            fixture.rows(
                "select details #>> '{control_totals,load,sums,amount}' from refkeeper.load_run"
                    + " order by id"))
        .containsExactly("1507.0000", "2400.0000");
  }

  @Test
  void columnsThatNothingTakesAreNamedAFewInTheReportMoreInTheJson() {
    String more =
        IntStream.rangeClosed(1, 120).mapToObj(n -> "备注" + n).collect(Collectors.joining(","));
    FileResult file =
        fixture.ingest("plain2.csv", "day,filled in by,plan," + more, "2025-10-01,Li,P1");
    assertThat(file.status()).isEqualTo(FileResult.Status.LOADED);
    LoadResult load = file.loads().get(0);
    assertThat(load.ignoredColumns().count()).isEqualTo(121);
    assertThat(load.ignoredColumns().names()).hasSize(100).startsWith("filled in by", "备注1");
    String report = ReportText.of(file);
    assertThat(report.lines()).allMatch(line -> PlainText.width(line) <= 80);
    assertThat(report)
        .contains(
            """
                columns left out, named by no rule and by no column of the table:
                  filled in by, 备注1, 备注2, 备注3, 备注4, 备注5 and 115 more
            """);
    assertThat(ReportText.of(fixture.ingest("plain3.csv", "day,plan", "2025-10-01,P1")))
        .doesNotContain("left out");
  }

  @Test
  void anEntryOfTheLedgerThatDoesNotTellOfIgnoredColumnsIsReadAllTheSame() {
    load("plain4.csv", "day,plan,amount", "2025-10-01,P1,5");
    fixture.jdbc.update("update refkeeper.load_run set details = details - 'ignored_columns'");
    FileResult again = fixture.ingest("plain4.csv", "day,plan,amount", "2025-10-01,P1,5");
    assertThat(again.status()).isEqualTo(FileResult.Status.DUPLICATE);
    assertThat(ReportText.of(again)).doesNotContain("left out");
  }

  @Test
  void withoutScopesTheLoadIdFindsTheRowsAndTheLoadBeforeIsCompared() {
    load("part1.csv", "day,plan,amount", "2025-10-01,P1,10");
    load("plain1.csv", "day,plan,amount", "2025-10-01,P1,99");
    LoadResult second = load("part2.csv", "day,plan,amount", "2025-10-01,P1,1", "2025-10-02,P1,2");
    assertThat(second.controlTotals().load()).isEqualTo(new Totals(2, Map.of("amount", "3.0000")));
    assertThat(second.controlTotals().previous())
        .isEqualTo(new Totals(1, Map.of("amount", "10.0000")));
    assertThat(load("plain2.csv", "day,plan,amount", "2025-10-01,P2,99").controlTotals()).isNull();
  }

  @Test
  void newParentsAreAddedToTheFiguresInTheLoadsOwnTransaction() {
    load("plain1.csv", "day,plan", "2025-10-01,P1");
    assertThat(fixture.count("refkeeper.quality_snapshot")).as("nothing was derived").isZero();
    load("plain2.csv", "day,plan", "2025-10-01,N1", "2025-10-01,N2", "2025-10-01,P1");
    load("plain3.csv", "day,plan,amount", "2025-10-01,N3,", "2025-10-01,N4,bad");
    assertThat(
            fixture.rows(
                "select authoritative, auto_derived, pending_review from refkeeper.quality_snapshot"
                    + " order by id"))
        .as("a parent that only a bad row names is not made")
        .containsExactly("4|2|2", "4|3|3");
    assertThat(fixture.rows("select coverage from refkeeper.load_coverage order by load_run_id"))
        .containsExactly("1.0", "0.3333", "0.0");
  }

  @Test
  void aDryRunLeavesNoFigureAndNoAlert() {
    Path file = fixture.file("plain4.csv", "day,plan", "d,1", "2025-10-01,N5");
    fixture.ingest(Delivery.of(file, null, true, false, Delivery.Progress.NONE));
    assertThat(fixture.count("refkeeper.quality_snapshot")).isZero();
    assertThat(fixture.count("refkeeper.outbox")).isZero();
  }

  @Test
  void theCrossingOfAThresholdIsToldByTheLoadThatMakesIt() {
    load("plain1.csv", "day,plan", "2025-10-01,A", "2025-10-01,B", "2025-10-01,C", "2025-10-01,D");
    assertThat(crossings()).isZero();
    load("plain2.csv", "day,plan", "2025-10-01,E");
    load("plain3.csv", "day,plan", "2025-10-01,F");
    assertThat(crossings()).isEqualTo(1);
    assertThat(
            fixture.rows(
                "select l.file_name from refkeeper.outbox o join refkeeper.quality_snapshot s"
                    + " on s.xmin = o.xmin join refkeeper.derived_record d on d.xmin = o.xmin"
                    + " join refkeeper.load_run l on l.id = d.load_run_id"
                    + " where o.event = 'threshold_crossed'"))
        .as("one transaction")
        .containsExactly("plain2.csv");
  }

  private static long crossings() {
    return fixture.count("refkeeper.outbox where event = 'threshold_crossed'");
  }
}
