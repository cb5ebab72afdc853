package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.refkeeper.config.CronSchedule;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.quartz.QuartzComponent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.quartz.Scheduler;
import org.quartz.impl.matchers.GroupMatcher;
import org.slf4j.LoggerFactory;

/** When tables are due. */
class ScheduleTest {

  /** Missed since the last leap year; does not fire by itself while a test runs. */
  private static final String SELDOM = "0 1 29 2 *";

  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

  @Test
  void unixDaysOfTheWeekBecomeQuartzDays() {
    assertThat(new CronSchedule("0 1 * * *", SHANGHAI).forQuartz()).isEqualTo("0 0 1 * * ? *");
    assertThat(new CronSchedule("30 2 * * 1-5", SHANGHAI).forQuartz())
        .isEqualTo("0 30 2 ? * 2-6 *");
    assertThat(new CronSchedule("0 9 * * 0", SHANGHAI).forQuartz()).isEqualTo("0 0 9 ? * 1 *");
  }

  @Test
  void aScheduleFiresInItsTimeZone() {
    CronSchedule nightly = new CronSchedule("0 1 * * *", SHANGHAI);
    assertThat(nightly.firesAt(Instant.parse("2025-10-31T17:00:00Z"))).isTrue();
    assertThat(nightly.firesAt(Instant.parse("2025-10-31T01:00:00Z"))).isFalse();
    assertThat(nightly.lastBefore(Instant.parse("2025-10-31T18:00:00Z")))
        .contains(Instant.parse("2025-10-31T17:00:00Z"));
  }

  @Test
  void twoRunsForOneScheduledInstantMakeOne() throws Exception {
    try (SyncFixture fixture = plan()) {
      fixture.table("plan", SyncStrategy.MERGE).add().start();
      SyncRequest request =
          new SyncRequest(
              List.of("plan"),
              false,
              false,
              Trigger.SCHEDULE,
              Instant.parse("2025-10-31T17:00:00Z"));

      assertThat(fixture.run(request).tables()).hasSize(1);
      assertThat(fixture.run(request).tables()).isEmpty();
      assertThat(fixture.rows("select trigger from refkeeper.sync_run"))
          .containsExactly("schedule");
    }
  }

  private static SyncFixture plan() throws Exception {
    SyncFixture fixture =
        new SyncFixture(
            "create table plan (code text primary key, name text" + SyncFixture.TRACKING + ")",
            "create table line (code text primary key, name text" + SyncFixture.TRACKING + ")");
    fixture.legacy(
        "create table plan (code varchar(9), name varchar(9))",
        "insert into plan values ('A', 'a')");
    return fixture;
  }

  @Test
  void missedRunsAreCaughtUpSchedulesFireAndChangedFilesAreSynced() throws Exception {
    try (SyncFixture fixture = plan()) {
      Files.writeString(fixture.folder.resolve("lines.yml"), "lines:\n  - {code: L, name: one}\n");
      fixture.table("plan", SyncStrategy.MERGE).schedule(SELDOM).add();
      fixture.schedules = true;
      fixture
          .table("line", SyncStrategy.FULL_REPLACE)
          .file("lines.yml", "yaml")
          .schedule("on_change")
          .add()
          .start();
      Awaitility.await()
          .until(() -> fixture.rows("select trigger from refkeeper.sync_run").contains("catch_up"));
      Awaitility.await().until(() -> fixture.rows("select name from line").equals(List.of("one")));

      Path lines = fixture.folder.resolve("lines.yml");
      Files.setLastModifiedTime(lines, FileTime.from(Instant.now().plusSeconds(60)));
      Awaitility.await()
          .during(Duration.ofMillis(700))
          .until(
              () ->
                  fixture
                          .rows(
                              "select name from refkeeper.sync_table_run r join line on r.table_name = 'line'")
                          .size()
                      == 1);
      Files.writeString(lines, "lines:\n  - {code: L, name: two}\n");
      Awaitility.await().until(() -> fixture.rows("select name from line").equals(List.of("two")));

      // the template that the nightly schedule is made of, with a cron that need not be waited for
      TemplatedRouteBuilder.builder(
              fixture.routes().camel(), SyncSchedules.template(SourceType.LEGACY_MYSQL))
          .routeId("every-second")
          .parameter("name", "every-second")
          .parameter("schedule", SELDOM)
          .parameter("cron", "* * * * * ?")
          .add();
      Awaitility.await()
          .until(
              () ->
                  fixture
                      .rows("select trigger from refkeeper.sync_run where finished_at is not null")
                      .contains("schedule"));
      assertThat(
              fixture.rows(
                  "select distinct (scheduled_for is not null)::text from refkeeper.sync_run where trigger = 'schedule'"))
          .containsExactly("true");
    }
  }

  @Test
  void aFileWithRowsThatWereLeftOutIsLookedAtAgainAfterAnHourForTheirParentsMayHaveCome()
      throws Exception {
    try (SyncFixture fixture =
        new SyncFixture(
            "create table line (code text primary key" + SyncFixture.TRACKING + ")",
            "create table org (code text primary key, line text references line"
                + SyncFixture.TRACKING
                + ")")) {
      Files.writeString(
          fixture.folder.resolve("orgs.csv"), "code,line\nO,L\nP,\n"); // L is not there yet
      fixture
          .table("org", SyncStrategy.MERGE)
          .file("orgs.csv", "csv")
          .schedule(ReferenceSource.ON_CHANGE)
          .skipBadRows()
          .add()
          .start();
      SyncSchedules schedules =
          fixture
              .routes()
              .camel()
              .getRegistry()
              .lookupByNameAndType("syncSchedules", SyncSchedules.class);
      assertThat(fixture.one("org").inserted()).isEqualTo(1);
      schedules.changed(); // one look does not tell
      assertThat(schedules.changed().tables()).isEmpty();

      String anHourLater =
          "update refkeeper.sync_table_run set finished_at = finished_at - interval '61 minutes'";
      fixture.sql.update(anHourLater);
      assertThat(schedules.changed().tables()).containsExactly("org");
      fixture.sql.update("insert into line values ('L')");
      assertThat(fixture.one("org").inserted()).isEqualTo(1);
      fixture.sql.update(anHourLater);
      assertThat(schedules.changed().tables()).as("nothing is left out").isEmpty();
    }
  }

  @Test
  void aFileWithACronIsSyncedByItToo() throws Exception {
    try (SyncFixture fixture = plan()) {
      Files.writeString(fixture.folder.resolve("lines.yml"), "lines:\n  - {code: L, name: one}\n");
      fixture.schedules = true;
      fixture.clock = Clock.fixed(Instant.EPOCH, SHANGHAI); // nothing was missed
      fixture
          .table("line", SyncStrategy.FULL_REPLACE)
          .file("lines.yml", "yaml")
          .schedule(SELDOM)
          .add()
          .start();
      Scheduler quartz =
          fixture.routes().camel().getComponent("quartz", QuartzComponent.class).getScheduler();
      quartz.triggerJob(quartz.getJobKeys(GroupMatcher.anyJobGroup()).iterator().next());

      Awaitility.await().until(() -> fixture.rows("select name from line").equals(List.of("one")));
    }
  }

  @Test
  void aRunThatNobodyAskedForTellsItsFailureToTheLog() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger("refkeeper.sync");
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.list = new CopyOnWriteArrayList<>();
    told.start();
    log.addAppender(told);
    try (SyncFixture fixture = plan()) {
      fixture.table("plan", SyncStrategy.MERGE).schedule(SELDOM).add();
      fixture.sql.execute("alter table refkeeper.sync_run rename to somewhere_else");
      fixture.schedules = true;
      fixture.start();

      Awaitility.await()
          .until(
              () ->
                  told.list.stream()
                      .filter(event -> event.getLevel() == Level.ERROR)
                      .anyMatch(event -> event.getMessage().startsWith("sync not done")));
    } finally {
      log.detachAppender(told);
    }
  }
}
