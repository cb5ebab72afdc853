package io.refkeeper.runtime;

import io.refkeeper.testing.MovableClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.CamelJob;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.JobExecutionContextImpl;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.impl.triggers.CronTriggerImpl;
import org.quartz.spi.TriggerFiredBundle;

/**
 * Quartz by a clock of the test's. Quartz itself knows the machine's clock only; so its scheduler
 * thread, which waits for the next fire time and hands it to a job, is not started, and this stands
 * in for that thread alone. When a trigger fires is asked of the very triggers that the routes have
 * made, and what fires is Camel's own Quartz job, with the headers that it sets: the route does not
 * see a difference.
 */
final class SimulatedQuartz {

  /** Keeps the scheduler's own thread from firing by the machine's clock. */
  static final String NO_SCHEDULER_THREAD = "camel.component.quartz.autoStartScheduler";

  private final Scheduler scheduler;
  private final MovableClock clock;
  private final List<String> fired = new ArrayList<>();

  private record Due(CronTriggerImpl trigger, Date at) {}

  SimulatedQuartz(CamelContext camel, MovableClock clock) {
    this.scheduler = camel.getComponent("quartz", QuartzComponent.class).getScheduler();
    this.clock = clock;
  }

  /** Lets the time pass: fires what is due until then, each at its time, in order. */
  void runUntil(Instant end) throws SchedulerException {
    for (Due next = next(); next != null && !next.at().toInstant().isAfter(end); next = next()) {
      clock.set(next.at().toInstant());
      fire(next);
    }
    clock.set(end);
  }

  /** What has fired so far: its time and the trigger's name. */
  List<String> fired() {
    return List.copyOf(fired);
  }

  /** When a trigger fires next after an instant. */
  Instant next(String name, Instant after) throws SchedulerException {
    return triggers(after).stream()
        .filter(trigger -> trigger.getKey().getName().equals(name))
        .map(trigger -> trigger.getFireTimeAfter(Date.from(after)).toInstant())
        .findFirst()
        .orElseThrow();
  }

  private Due next() throws SchedulerException {
    Instant now = clock.instant();
    return triggers(now).stream()
        .map(trigger -> new Due(trigger, trigger.getFireTimeAfter(Date.from(now))))
        .min(Comparator.comparing(Due::at))
        .orElse(null);
  }

  /** Copies of the triggers, made as if at that time; Camel starts them at the machine's. */
  private List<CronTriggerImpl> triggers(Instant now) throws SchedulerException {
    List<CronTriggerImpl> triggers = new ArrayList<>();
    for (var key : scheduler.getTriggerKeys(GroupMatcher.anyTriggerGroup())) {
      CronTriggerImpl copy =
          (CronTriggerImpl) ((CronTriggerImpl) scheduler.getTrigger(key)).clone();
      copy.setStartTime(Date.from(now.minusSeconds(60)));
      triggers.add(copy);
    }
    return triggers;
  }

  private void fire(Due due) throws SchedulerException {
    fired.add(due.at().toInstant() + " " + due.trigger().getKey().getName());
    CamelJob job = new CamelJob();
    TriggerFiredBundle bundle =
        new TriggerFiredBundle(
            scheduler.getJobDetail(due.trigger().getJobKey()),
            due.trigger(),
            null,
            false,
            due.at(),
            due.at(),
            null,
            null);
    try {
      job.execute(new JobExecutionContextImpl(scheduler, bundle, job));
    } catch (JobExecutionException e) {
      throw new AssertionError(due + " failed", e);
    }
  }
}
