package io.refkeeper.runtime;

import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.spi.ThreadPool;

/**
 * The threads of Quartz, made when something fires. Those of its own pool look every half a second
 * whether it is the end, and every end, that of a command too, would wait for that.
 */
public final class ScheduleThreads implements ThreadPool {

  private static final int MOST = 10; // as in Quartz's own settings, which these replace
  private static final AtomicInteger SCHEDULERS = new AtomicInteger();

  private final Semaphore free = new Semaphore(MOST);
  private final AtomicInteger number = new AtomicInteger();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> new Thread(task, scheduler() + "-" + number.incrementAndGet()));
  private volatile String scheduler;

  /** Quartz finds the class by its name and makes it. */
  public ScheduleThreads() {
    // there is nothing to set
  }

  /** Camel's Quartz with such threads, and a scheduler that no other context of the process has. */
  static QuartzComponent component() {
    QuartzComponent quartz = new QuartzComponent();
    quartz.setProperties(
        Map.of(
            StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME,
            "schedules-" + SCHEDULERS.incrementAndGet(),
            StdSchedulerFactory.PROP_THREAD_POOL_CLASS,
            ScheduleThreads.class.getName(),
            "org.quartz.jobStore.misfireThreshold", // milliseconds, as in Quartz's own settings
            "60000"));
    return quartz;
  }

  private String scheduler() {
    return scheduler;
  }

  @Override
  public boolean runInThread(Runnable job) {
    free.acquireUninterruptibly();
    try {
      threads.execute(
          () -> {
            try {
              job.run();
            } finally {
              free.release();
            }
          });
      return true;
    } catch (RejectedExecutionException e) {
      free.release();
      return false; // it has ended
    }
  }

  /** Only the scheduler's own thread asks, and only it takes them. */
  @Override
  public int blockForAvailableThreads() {
    free.acquireUninterruptibly();
    free.release();
    return Math.max(1, free.availablePermits());
  }

  @Override
  public void initialize() {
    // threads are made when they are needed
  }

  @Override
  public void shutdown(boolean waitForJobsToComplete) {
    threads.shutdown();
    if (waitForJobsToComplete) {
      try {
        threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public int getPoolSize() {
    return MOST;
  }

  @Override
  public void setInstanceId(String id) {
    // one scheduler a process: the name tells enough
  }

  @Override
  public void setInstanceName(String name) {
    scheduler = name;
  }
}
