package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.refkeeper.job.Job;
import io.refkeeper.job.Job.Trigger;
import io.refkeeper.job.JobLedger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.component.quartz.QuartzComponent;
import org.junit.jupiter.api.Test;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.slf4j.LoggerFactory;

/** When the jobs run, how often, and whom they tell. */
class JobsTest extends InShop {

  private static final Instant MONDAY = Instant.parse("2025-11-03T02:00:00Z"); // ten in Shanghai
  private static final String RUNS =
      "select job || ' ' || trigger || ' ' || (scheduled_for at time zone 'Asia/Shanghai')::text"
          + " from refkeeper.job_run where finished_at is not null order by job";

  @Test
  void whatWasMissedIsMadeUpForOnceByTwoInstancesAndAfterASyncUnderWay() {
    shop.sql.update("insert into refkeeper.sync_run (trigger, instance) values ('manual', 'x')");
    Clock clock = Clock.fixed(MONDAY, ZoneOffset.UTC);
    shop.whileServing(
        clock,
        () ->
            shop.whileServing(
                clock,
                () -> {
                  await()
                      .during(Duration.ofMillis(300))
                      .until(() -> runs().stream().noneMatch(run -> run.startsWith("validation")));
                  shop.sql.update("update refkeeper.sync_run set finished_at = clock_timestamp()");
                  await().until(() -> runs().size() == 3);
                }));
    assertThat(runs())
        .containsExactly(
            "retention catch_up 2025-11-03 03:30:00",
            "review_report catch_up 2025-11-03 09:00:00",
            "validation catch_up 2025-11-03 02:00:00");
    assertThat(shop.sql.queryForObject("select count(*) from refkeeper.validation_run", Long.class))
        .isOne();
    shop.whileServing(
        clock, () -> await().during(Duration.ofMillis(300)).until(() -> runs().size() == 3));
  }

  @Test
  void eachJobHasAScheduleOfItsOwn() throws Exception {
    Clock nothingMissed = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    try (RefkeeperRuntime service = shop.service(nothingMissed)) {
      Scheduler quartz =
          service.routes().camel().getComponent("quartz", QuartzComponent.class).getScheduler();
      shop.sql.update(
          "delete from refkeeper.job_run"); // what the start made up for, if it was that fast
      for (String job : List.of("reference-validation", "review-report", "retention")) {
        JobKey key =
            quartz.getJobKeys(org.quartz.impl.matchers.GroupMatcher.anyJobGroup()).stream()
                .filter(k -> k.getName().contains(job))
                .findFirst()
                .orElseThrow();
        quartz.triggerJob(key);
      }
      await()
          .until(
              () ->
                  shop.sql
                      .queryForList(
                          "select distinct job from refkeeper.job_run where trigger = 'schedule'"
                              + " and finished_at is not null order by job",
                          String.class)
                      .equals(List.of("retention", "review_report", "validation")));
    }
  }

  @Test
  void twoInstancesAtOneInstantMakeOneReport() {
    Job job = new Job(Job.VALIDATION, Trigger.SCHEDULE, MONDAY, false);
    List<CompletableFuture<Void>> both =
        List.of(
            CompletableFuture.runAsync(() -> run(job)), CompletableFuture.runAsync(() -> run(job)));
    both.forEach(CompletableFuture::join);
    assertThat(shop.sql.queryForObject("select count(*) from refkeeper.validation_run", Long.class))
        .isOne();
  }

  private static void run(Job job) {
    shop.runtime().routes().producer().sendBody("direct:job", job);
  }

  @Test
  void findingsAreToldByEachScheduleByHandOnlyWhenTheyAreNewAndTheirEndOnce() {
    shop.sql.execute("update s.folio set client = 'NOBODY' where code = 'F1'");
    String found = "refkeeper: validation found 1 thing to look at";
    shop.validate();
    assertThat(shop.subjects()).containsExactly(found);
    shop.validate();
    assertThat(shop.subjects()).as("by hand again").hasSize(1);
    run(new Job(Job.VALIDATION, Trigger.SCHEDULE, MONDAY, false));
    assertThat(shop.subjects()).containsExactly(found, found);
    shop.sql.execute("update s.folio set client = 'C1' where code = 'F1'");
    run(new Job(Job.VALIDATION, Trigger.SCHEDULE, MONDAY.plusSeconds(86_400), false));
    run(new Job(Job.VALIDATION, Trigger.SCHEDULE, MONDAY.plusSeconds(2 * 86_400), false));
    assertThat(shop.subjects())
        .containsExactly(found, found, "refkeeper: validation finds nothing any more");
    assertThat(
            shop.sql.queryForList(
                "select body || coalesce(attachment, '-') from refkeeper.outbox order by id",
                String.class))
        .element(0)
        .asString()
        .contains(
            "  s.folio (client): 1 row names 1 key that s.client does not have: 'NOBODY' (1 row)\n",
            "refkeeper validate --html",
            "<!doctype html>");
  }

  @Test
  void theReviewReportTellsOncePerPeriodWhatWaitsOldestFirst() throws Exception {
    shop.load("2025-10-01,NEW,new one,,,,1", "2025-10-01,BAD!,,,,,1");
    shop.load("2025-10-01,NEW2,,FNEW,,,1");
    shop.sql.update(
        "update refkeeper.derived_record set created_at = timestamptz '2025-11-01 00:00Z' + id * interval '1 hour'");
    shop.sql.update("update refkeeper.quarantine set created_at = '2025-10-30 00:00Z'");
    shop.sql.update("delete from refkeeper.outbox");
    Job job = new Job(Job.REVIEW_REPORT, Trigger.SCHEDULE, MONDAY, false);
    try (RefkeeperRuntime other = shop.command(Clock.fixed(MONDAY, ZoneOffset.UTC))) {
      other.routes().producer().sendBody("direct:job", job);
      shop.runtime().routes().producer().sendBody("direct:job", job);
    }
    String body =
        shop.sql
            .queryForList(
                "select body from refkeeper.outbox where event = 'review_report' order by id",
                String.class)
            .get(0);
    assertThat(shop.subjects())
        .containsExactly("refkeeper: 3 derived records wait for review, the oldest for 2 days");
    assertThat(body)
        .contains(
            """
              waiting  oldest      days  table
                    2  2025-11-01     2  s.client
                    1  2025-11-01     2  s.folio

            Oldest first
              since       days  table     key   from
              2025-11-01     2  s.client  NEW   sales_""")
        .contains("      1  2025-10-30     4  sales\n")
        .contains("refkeeper review export --output pending.csv");
    assertThat(body.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void whileNothingWaitsThereIsNoReviewReport() {
    Job job = new Job(Job.REVIEW_REPORT, Trigger.SCHEDULE, MONDAY, false);
    shop.runtime().routes().producer().sendBody("direct:job", job);
    assertThat(shop.subjects()).isEmpty();
    assertThat(runs()).containsExactly("review_report schedule 2025-11-03 10:00:00");
  }

  @Test
  void aJobThatFailsIsToldToTheLogAndLeavesNothingClaimed() {
    Logger log = (Logger) LoggerFactory.getLogger("refkeeper.job");
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.list = new CopyOnWriteArrayList<>();
    told.start();
    log.addAppender(told);
    shop.sql.execute(
        "alter table refkeeper.validation_run add constraint none check (trigger <> 'catch_up')");
    try {
      shop.whileServing(
          Clock.fixed(MONDAY, ZoneOffset.UTC),
          () -> {
            await()
                .until(
                    () ->
                        told.list.stream()
                            .anyMatch(e -> e.getFormattedMessage().equals("validation not done")));
            await().until(() -> runs().size() == 2);
          });
    } finally {
      shop.sql.execute("alter table refkeeper.validation_run drop constraint none");
      log.detachAppender(told);
    }
    assertThat(shop.sql.queryForList("select job from refkeeper.job_run order by 1", String.class))
        .containsExactly("retention", "review_report");
  }

  private static List<String> runs() {
    return shop.sql.queryForList(RUNS, String.class);
  }

  @Test
  void aJobThatTheDatabaseInterruptedIsTheSameInstancesAgainUntilItHasEnded() {
    JobLedger ledger = new JobLedger(shop.database, "here");
    JobLedger other = new JobLedger(shop.database, "there");
    Job job = new Job(Job.RETENTION, Trigger.SCHEDULE, MONDAY, false);
    assertThat(ledger.claim(job)).isTrue();
    assertThat(other.claim(job)).isFalse();
    assertThat(ledger.claim(job)).as("repeated").isTrue();
    ledger.finish(job, "{}");
    assertThat(ledger.claim(job)).isFalse();
  }
}
