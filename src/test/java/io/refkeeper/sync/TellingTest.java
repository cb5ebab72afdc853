package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.config.SourceConnection;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Whom a failed run tells: one message, one line a table in the log, no stack trace. */
class TellingTest {

  /** Missed since the last leap year; does not fire by itself while a test runs. */
  private static final String SELDOM = "0 1 29 2 *";

  private SyncFixture fixture;

  @BeforeEach
  void tables() throws Exception {
    fixture =
        new SyncFixture(
            "create table plan (code text primary key" + SyncFixture.TRACKING + ")",
            "create table org (code text primary key" + SyncFixture.TRACKING + ")",
            "create table line (code text primary key" + SyncFixture.TRACKING + ")");
    fixture.connections.put(
        "down",
        new SourceConnection(
            "down", "mysql", "127.0.0.1", 1, "x", "u", "secret", SourceConnection.Tls.DISABLED));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void twoTablesOfADeadServer() throws Exception {
    fixture.table("plan", SyncStrategy.MERGE).connection("down").add();
    fixture.table("org", SyncStrategy.MERGE).connection("down").add().start();
  }

  private static SyncRequest nightly(String instant) {
    return new SyncRequest(List.of(), false, false, Trigger.SCHEDULE, Instant.parse(instant));
  }

  @Test
  void aDeadServerIsOneMessageANight() throws Exception {
    twoTablesOfADeadServer();

    fixture.run(nightly("2025-10-30T17:00:00Z"));
    fixture.run(nightly("2025-10-31T17:00:00Z"));

    assertThat(fixture.told())
        .containsExactly(
            "public.plan failed, public.org failed", "public.plan failed, public.org failed");
    assertThat(
            fixture.rows(
                "select count(*)::text from refkeeper.sync_run where finished_at is not null"))
        .containsExactly("2");
  }

  @Test
  void theMessageExistsIfAndOnlyIfTheRunIsClosed() throws Exception {
    twoTablesOfADeadServer();
    fixture.sql.execute("alter table refkeeper.outbox add check (event <> 'sync_failed')");

    assertThat(catchThrowable(() -> fixture.run(nightly("2025-10-30T17:00:00Z")))).isNotNull();

    assertThat(fixture.rows("select finished_at::text from refkeeper.sync_run"))
        .containsExactly((String) null);
  }

  /** The next two rows of a table cost their sessions the connection. */
  private void theTargetGoesAwayTwiceAt(String table) {
    fixture.sql.execute("create sequence tries");
    fixture.sql.execute(
        """
        create function go_away() returns trigger language plpgsql as $$
        begin
          if nextval('tries') <= 2 then
            perform pg_terminate_backend(pg_backend_pid());
          end if;
          return new;
        end $$
        """);
    fixture.sql.execute(
        "create trigger go_away before insert on %s for each row execute function go_away()"
            .formatted(table));
  }

  @ParameterizedTest
  @ValueSource(strings = {"refkeeper.sync_table_run", "refkeeper.outbox"})
  void whatCannotBeRecordedWhileTheTargetIsAwayIsRecordedAndToldWhenItIsBack(String table)
      throws Exception {
    twoTablesOfADeadServer();
    theTargetGoesAwayTwiceAt(table);

    fixture.run(nightly("2025-10-30T17:00:00Z"));

    assertThat(fixture.told()).containsExactly("public.plan failed, public.org failed");
    assertThat(fixture.rows("select status from refkeeper.sync_table_run"))
        .containsExactly("failed", "failed");
    assertThat(fixture.rows("select 'x' from refkeeper.sync_run where finished_at is not null"))
        .hasSize(1);
  }

  @Test
  void aMissedRunThatFindsTheTargetAwayWaitsForIt() throws Exception {
    Files.writeString(fixture.folder.resolve("lines.yml"), "lines: [{code: L1}]");
    fixture
        .table("line", SyncStrategy.FULL_REPLACE)
        .file("lines.yml", "yaml")
        .schedule(SELDOM)
        .add();
    theTargetGoesAwayTwiceAt("refkeeper.sync_run");
    fixture.schedules = true;
    fixture.start();

    Awaitility.await().until(() -> runs() == 1);
    assertThat(fixture.rows("select code from line")).containsExactly("L1");
  }

  @Test
  void aDryRunTellsNobody() throws Exception {
    twoTablesOfADeadServer();

    SyncReport report = fixture.run(SyncRequest.manual(List.of(), true, false));

    assertThat(report.tables()).extracting(TableReport::status).containsOnly("failed");
    assertThat(fixture.told()).isEmpty();
    assertThat(fixture.rows("select 'x' from refkeeper.sync_table_run")).isEmpty();
  }

  @Test
  void aFileThatStaysBadIsToldOnceAndAnotherFaultInItAgain() throws Exception {
    fixture.schedules = true;
    Files.writeString(fixture.folder.resolve("lines.yml"), "lines: 1");
    fixture
        .table("line", SyncStrategy.FULL_REPLACE)
        .file("lines.yml", "yaml")
        .schedule(ReferenceSource.ON_CHANGE)
        .add()
        .start();
    Awaitility.await().until(() -> runs() == 1);

    fixture.sql.execute(
        "update refkeeper.sync_table_run set finished_at = finished_at - interval '61 minutes'");
    Awaitility.await().until(() -> runs() == 2);
    assertThat(fixture.told()).as("the hourly repetition").hasSize(1);

    Files.writeString(fixture.folder.resolve("lines.yml"), "lines: [1]");
    Awaitility.await().until(() -> runs() == 3);
    assertThat(fixture.told()).hasSize(2);
  }

  private int runs() {
    return fixture.rows("select 'x' from refkeeper.sync_run where finished_at is not null").size();
  }

  @Test
  void tablesThatReallyReferenceEachOtherAreACircleThatIsNamed() throws Exception {
    fixture.sql.execute("alter table plan add org text references org");
    fixture.sql.execute("alter table org add plan text references plan");
    twoTablesOfADeadServer();

    assertThat(catchThrowable(fixture::sync))
        .hasRootCauseInstanceOf(RuntimeException.class)
        .cause()
        .hasMessageMatching(
            ".*/config/reference_sources.yml: Reference tables depend on each other in a circle:"
                + " (plan -> org -> plan|org -> plan -> org)"
                + " - Remove a depends_on, or a foreign key among these tables; nothing was synced");
    assertThat(fixture.rows("select 'x' from refkeeper.sync_run")).isEmpty();
  }

  @Test
  void theLogOfAFailedNightIsOneWarningATable() throws Exception {
    twoTablesOfADeadServer();
    List<ILoggingEvent> warnings =
        warnings(
            () -> {
              fixture.run(nightly("2025-10-30T17:00:00Z"));
              catchThrowable(() -> fixture.sync("nonsense"));
            });
    assertThat(warnings).extracting(ILoggingEvent::getThrowableProxy).containsOnlyNulls();
    assertThat(warnings)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "table left as it was: public.plan from down (mysql at 127.0.0.1:1/x): The legacy server cannot be reached"
                + " - Check host, port, network and TLS of the connection, and that the server runs; nothing was written",
            "table left as it was: public.org from down (mysql at 127.0.0.1:1/x): The legacy server cannot be reached"
                + " - Check host, port, network and TLS of the connection, and that the server runs; nothing was written");
    assertThat(warnings.get(0).getKeyValuePairs())
        .extracting(pair -> pair.key + "=" + pair.value)
        .contains("run=1", "table=public.plan", "status=failed", "fetched=0");
  }

  @Test
  void aRunThatNobodyWaitsForTellsTheLogWhyItDidNotComeAbout() throws Exception {
    fixture.sql.execute("alter table plan add org text references org");
    fixture.sql.execute("alter table org add plan text references plan");
    fixture.table("plan", SyncStrategy.MERGE).schedule(SELDOM).add();
    fixture.table("org", SyncStrategy.MERGE).add();
    fixture.schedules = true; // the run of last night was missed

    assertThat(warnings(fixture::start))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getThrowableProxy()).isNull();
              assertThat(event.getFormattedMessage())
                  .startsWith(
                      "sync not done: %s/config/reference_sources.yml: Reference tables depend"
                          .formatted(fixture.folder));
            });
  }

  private interface Work {
    void run() throws Exception;
  }

  /** What is logged as a warning or worse during the work, of which something is. */
  private static List<ILoggingEvent> warnings(Work work) throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            boolean ours = !event.getLoggerName().contains("ManagedProcess");
            if (ours && event.getLevel().isGreaterOrEqual(Level.WARN)) {
              events.add(event);
            }
          }
        };
    appender.start();
    root.addAppender(appender);
    try {
      work.run();
      Awaitility.await().until(() -> !events.isEmpty());
    } finally {
      root.detachAppender(appender);
    }
    return events;
  }
}
