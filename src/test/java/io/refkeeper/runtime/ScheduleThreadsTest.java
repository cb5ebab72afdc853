package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
}
