package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.refkeeper.ingest.FileResult.Status;
import io.refkeeper.testing.MovableClock;
import io.refkeeper.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Files wait in the inbox for their time and for the syncs that they need, and then go on. */
class InboxWaitTest {

  private static final String TABLES =
      """
      create schema s;
      create table s.parent (code text primary key);
      create table s.depot (code text primary key);
      create table s.sale (code text references s.parent, depot text references s.depot);
      create table s.refund (n int);
      """;

  private static final String DOMAINS =
      """
      domains:
        sale:
          files: ["sale*.csv"]
          expect_by: "1st 00:00"
          target_schema: s
          target_table: sale
          load_mode: append
          foreign_keys:
            - {name: fk, source_column: code, target_schema: s, target_table: parent, target_key: code}
            - {name: fk_depot, source_column: depot, target_schema: s, target_table: depot, target_key: code}
        refund:
          files: ["refund*.csv"]
          expect_by: "31st 23:59"
          target_schema: s
          target_table: refund
          load_mode: append
      """;

  private static final String SOURCES =
      """
      reference_tables:
        parent:
          target_schema: s
          source_type: config_file
          source_config: {file_path: p.csv, format: csv, key_column: code}
          sync_strategy: merge
        depot:
          target_schema: s
          source_type: config_file
          source_config: {file_path: d.csv, format: csv, key_column: code}
          sync_strategy: merge
          schedule: on_change
      """;

  private static final String POLICY =
      """
      strategy: hybrid
      time_zone: Europe/Berlin
      ingest: {require_fresh_sync: true, max_sync_age: 24h}
      backfill: {notification_channel: people}
      notifications: {channels: {people: {email: [people@example.com]}}}
      """;

  @TempDir Path home;
  private final MovableClock clock = new MovableClock(Instant.now());
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private IngestFixture fixture;

  @BeforeEach
  void listen() {
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    ((Logger) LoggerFactory.getLogger("refkeeper.ingest")).addAppender(log);
  }

  @AfterEach
  void stop() {
    ((Logger) LoggerFactory.getLogger("refkeeper.ingest")).detachAppender(log);
    fixture.close();
  }

  private void start(String policy) throws Exception {
    Files.createDirectories(home.resolve("inbox"));
    fixture =
        IngestFixture.by(
            clock,
            TestPostgres.migratedDatabase(),
            TABLES,
            IngestFixture.configuration(home, DOMAINS, policy, SOURCES),
            home);
  }

  private void synced(String table, String status, Duration ago) {
    fixture.jdbc.update(
        """
        with run as (insert into refkeeper.sync_run (trigger, instance) values ('manual', 'x') returning id)
        insert into refkeeper.sync_table_run
          (sync_run_id, table_schema, table_name, source_type, strategy, status, started_at)
        select id, 's', ?, 'config_file', 'merge', ?, clock_timestamp() - make_interval(secs => ?) from run
        """,
        table,
        status,
        (double) ago.toSeconds());
  }

  private void drop(String name, String... lines) throws Exception {
    InboxFixture.drop(home.resolve("inbox"), name, lines);
  }

  private boolean archived(String name) {
    String[] files = home.resolve("archive").toFile().list();
    return files != null && List.of(files).stream().anyMatch(file -> file.endsWith("-" + name));
  }

  private List<String> waits() {
    return log.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(" waits in the inbox: "))
        .toList();
  }

  @Test
  void aFileWaitsWhileAParentsSyncIsNotFreshSaysWhyOnceAReasonAndGoesOnByItself() throws Exception {
    start(POLICY);
    synced("depot", "ok", Duration.ofDays(300)); // as old as its file: fresh
    drop("sale_1.csv", "code,depot", "A,D");
    drop("sale_2.csv", "code,depot", "B,D");
    drop("refund.csv", "n", "1");
    await().until(() -> archived("refund.csv")); // it needs no sync
    // the log tells before the commit
    await().until(() -> fixture.count("refkeeper.ingest_hold") == 1);
    assertThat(fixture.rows("select domain, reason, ended_at from refkeeper.ingest_hold"))
        .containsExactly("sale|s.parent has never had a sync that got through|null");
    assertThat(waits()).hasSize(1);

    synced("parent", "ok", Duration.ofHours(25));
    await().until(() -> waits().size() == 2);
    assertThat(waits().get(1)).contains("the last good sync of s.parent, at 20", "older than 24 h");
    assertThat(home.resolve("inbox")).isDirectoryContaining("glob:**sale_1.csv");
    assertThat(fixture.rows("select event from refkeeper.outbox")).containsExactly("files_held");

    synced("parent", "unchanged", Duration.ofHours(23));
    await().until(() -> archived("sale_1.csv") && archived("sale_2.csv"));
    assertThat(fixture.count("refkeeper.ingest_hold where ended_at is null")).isZero();
    assertThat(fixture.count("s.sale")).isEqualTo(2);
    assertThat(waits()).hasSize(2);
  }

  @Test
  void aFileGivenByHandIsRefusedUnlessForcedAndWithoutADatabaseFilesStayWhereTheyAre()
      throws Exception {
    start(POLICY);
    FileResult refused = fixture.ingest("sale_1.csv", "code,depot", "A,D");
    assertThat(refused.status()).isEqualTo(Status.REJECTED);
    assertThat(refused.reasons())
        .extracting(FileResult.Reason::code, FileResult.Reason::remedy)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "sync_not_fresh",
                "run refkeeper sync parent depot, or load it all the same with --force"));
    FileResult forced =
        fixture.ingest(
            Delivery.of(home.resolve("sale_1.csv"), null, false, true, Delivery.Progress.NONE));
    assertThat(forced.status()).isEqualTo(Status.LOADED);
    assertThat(forced.degraded()).isTrue();
    assertThat(
            fixture.rows(
                "select table_name, cause from refkeeper.degraded_period where ended_at is null order by 1"))
        .containsExactly("depot|never_synced", "parent|never_synced");
    assertThat(fixture.rows("select event from refkeeper.outbox where event like 'degraded%'"))
        .containsExactly("degraded_mode_began");

    fixture.jdbc.execute("alter table refkeeper.sync_table_run rename to away");
    drop("sale_3.csv", "code,depot", "A,D");
    await()
        .until(
            () ->
                log.list.stream()
                    .anyMatch(e -> e.getFormattedMessage().contains("cannot be asked")));
    fixture.jdbc.execute("alter table refkeeper.away rename to sync_table_run");
    synced("parent", "ok", Duration.ZERO);
    synced("depot", "ok", Duration.ZERO);
    fixture.jdbc.update("update refkeeper.degraded_period set ended_at = now()");
    await().until(() -> archived("sale_3.csv"));
  }

  @Test
  void withAScheduleFilesWaitForItAlsoThroughARestartAndAllThatAreThereAreTaken() throws Exception {
    start("strategy: backfill_only\ntime_zone: UTC\ningest: {schedule: \"0 3 * * *\"}\n");
    Instant night =
        new io.refkeeper.config.CronSchedule("0 3 * * *", java.time.ZoneOffset.UTC)
            .nextAfter(clock.instant())
            .orElseThrow();
    drop("refund_1.csv", "n", "1");
    drop("refund_2.csv", "n", "2");
    await().during(Duration.ofMillis(500)).until(() -> !archived("refund_1.csv"));
    clock.set(night.minusSeconds(1));
    await().during(Duration.ofMillis(300)).until(() -> !archived("refund_1.csv"));
    fixture.stopRoutes(); // over the night: the time is missed
    clock.set(night.plus(Duration.ofHours(6)));
    fixture.startRoutes();
    await().until(() -> archived("refund_1.csv") && archived("refund_2.csv"));
    assertThat(fixture.count("s.refund")).isEqualTo(2);
  }

  @Test
  void aFileThatHasNotComeIsToldOnceAMonthAlsoAfterTheMonthButNoneOfBeforeTheFirstLook()
      throws Exception {
    start(POLICY);
    clock.set(Instant.parse("2031-05-31T21:58:00Z")); // 23:58 in Berlin
    lookTwice();
    assertThat(fixture.rows("select subject from refkeeper.outbox"))
        .containsExactly("refkeeper: no file of sale by Thu 1 May 2031 00:00 (Europe/Berlin)");
    fixture.jdbc.update(
        """
        insert into refkeeper.load_run (delivery_id, domain, table_schema, table_name, file_name,
          sha256, file_bytes, status, is_current, instance, received_at)
        values (gen_random_uuid(), 'refund', 's', 'refund', 'f', 'x', 1, 'loaded', true, 'x', ?::timestamptz)
        """,
        "2031-04-30T22:00:00Z");
    clock.set(Instant.parse("2031-05-31T21:59:30Z"));
    lookTwice();
    assertThat(fixture.count("refkeeper.outbox")).isEqualTo(1);
    fixture.jdbc.update("update refkeeper.load_run set received_at = received_at - interval '1 s'");
    lookTwice();
    clock.set(Instant.parse("2031-06-10T00:00:00Z"));
    lookTwice();
    assertThat(fixture.rows("select domain, period from refkeeper.missing_file order by told_at"))
        .containsExactly("sale|2031-05-01", "refund|2031-05-01", "sale|2031-06-01");
    assertThat(fixture.count("refkeeper.outbox")).isEqualTo(3);

    fixture.stopRoutes(); // over the ends of two months; what comes then is the new month's
    fixture.jdbc.update("update refkeeper.load_run set received_at = '2031-06-30T22:00:00Z'");
    clock.set(Instant.parse("2031-08-03T10:00:00Z"));
    fixture.startRoutes();
    lookTwice();
    assertThat(
            fixture.rows(
                "select domain, period from refkeeper.missing_file where period > '2031-06-01' or domain = 'refund' order by 2, 1"))
        .containsExactly(
            "refund|2031-05-01", "refund|2031-06-01", "sale|2031-07-01", "sale|2031-08-01");
    assertThat(
            fixture.rows(
                "select subject, split_part(body, E'\n', 1) from refkeeper.outbox where body like '%refund%' and body like '%June%'"))
        .containsExactly(
            "refkeeper: no file of refund by Mon 30 Jun 2031 23:59 (Europe/Berlin)|No file of refund was loaded in June 2031.");
    assertThat(
            fixture.rows("select domain, from_period from refkeeper.file_expectation order by 1"))
        .containsExactly("refund|2031-08-01", "sale|2031-08-01");

    fixture.jdbc.execute("alter table refkeeper.missing_file rename to away");
    fixture.routes.camel().getRouteController().startRoute("expected-files-schedule");
    await()
        .until(
            () ->
                log.list.stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .anyMatch(
                        line ->
                            line.startsWith(
                                "nobody knows now whether expected files have come: ")));
  }

  private void lookTwice() {
    fixture.routes.producer().sendBody("direct:expected-files", null);
    fixture.routes.producer().sendBody("direct:expected-files", null);
  }
}
