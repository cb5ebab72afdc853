package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

@Timeout(30)
class ScheduleThreadsTest {

  @Test
  void whenAllAreBusyTheSchedulerWaitsForOneAndTheEndForAll() throws Exception {
    ScheduleThreads threads = new ScheduleThreads();
    threads.setInstanceName("test");
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    for (int left = threads.getPoolSize(); left > 0; left--) {
      assertThat(threads.blockForAvailableThreads()).isEqualTo(left);
      assertThat(
              threads.runInThread(
                  () -> {
                    try {
                      end.await();
                    } catch (InterruptedException e) {
                      return;
                    }
                    ended.incrementAndGet();
                  }))
          .isTrue();
    }
    CompletableFuture<Integer> more =
        CompletableFuture.supplyAsync(threads::blockForAvailableThreads);
    assertThat(more).isNotDone();
    end.countDown();
    assertThat(more.get()).isPositive();
    threads.shutdown(true);
    assertThat(ended).hasValue(threads.getPoolSize());
    assertThat(threads.runInThread(() -> {})).as("after the end").isFalse();
  }

  /** Notes what it was due for. */
  public static final class Noting implements Job {
    private static final CompletableFuture<Date> DUE = new CompletableFuture<>();

    @Override
    public void execute(JobExecutionContext context) {
      DUE.complete(context.getScheduledFireTime());
    }
  }

  /** All instances must take it for the same run, also one that was held up. */
  @Test
  void whatFiresSecondsLateFiresForTheInstantOfItsSchedule() throws Exception {
    Properties settings = new Properties();
    settings.putAll(ScheduleThreads.component().getProperties());
    Scheduler scheduler = new StdSchedulerFactory(settings).getScheduler();
    Date due = Date.from(Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(20));
    scheduler.scheduleJob(
        JobBuilder.newJob(Noting.class).build(), TriggerBuilder.newTrigger().startAt(due).build());
    scheduler.start();
    assertThat(Noting.DUE.get()).isEqualTo(due);
    scheduler.shutdown(true);
  }
}
