package io.refkeeper.runtime;

import io.refkeeper.config.CronSchedule;
import java.time.ZoneId;
import java.util.Date;
import java.util.TimeZone;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.CronTrigger;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.impl.triggers.CronTriggerImpl;

/**
 * A cron trigger that fires as {@link CronSchedule} says: also on the day whose skipped hour it
 * names, when Quartz's own leaves the day out.
 */
final class SummerTimeTrigger extends CronTriggerImpl {

  private static final long serialVersionUID = 1;

  /** Shared by the copies that the scheduler makes; triggers are kept in memory only. */
  private final transient CronSchedule schedule;

  private SummerTimeTrigger(CronTrigger original) {
    TimeZone timeZone = original.getTimeZone();
    ZoneId zone = timeZone.toZoneId();
    schedule = CronSchedule.ofQuartz(original.getCronExpression(), zone);
    try {
      setCronExpression(original.getCronExpression());
    } catch (java.text.ParseException e) {
      throw new IllegalArgumentException(e); // CronSchedule has just read it
    }
    setTimeZone(timeZone);
    setKey(original.getKey());
    setJobKey(original.getJobKey());
    setJobDataMap(original.getJobDataMap());
    setStartTime(original.getStartTime());
    setEndTime(original.getEndTime());
    setMisfireInstruction(original.getMisfireInstruction());
    setPriority(original.getPriority());
    setDescription(original.getDescription());
  }

  @Override
  protected Date getTimeAfter(Date afterTime) {
    return schedule.nextAfter(afterTime.toInstant()).map(Date::from).orElse(null);
  }

  /** Puts such triggers in the place of those that the routes' crons have made. */
  static void replaceCronTriggers(CamelContext camel) {
    if (camel.hasComponent("quartz") == null) {
      return;
    }
    Scheduler scheduler = camel.getComponent("quartz", QuartzComponent.class).getScheduler();
    try {
      for (TriggerKey key : scheduler.getTriggerKeys(GroupMatcher.anyTriggerGroup())) {
        Trigger trigger = scheduler.getTrigger(key);
        if (trigger instanceof CronTrigger cron && !(trigger instanceof SummerTimeTrigger)) {
          scheduler.rescheduleJob(key, new SummerTimeTrigger(cron));
        }
      }
    } catch (SchedulerException e) {
      throw new IllegalStateException("The schedules could not be made: " + e.getMessage(), e);
    }
  }
}
