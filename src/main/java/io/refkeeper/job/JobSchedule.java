package io.refkeeper.job;

import io.refkeeper.config.CronSchedule;
import io.refkeeper.job.Job.Trigger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Header;

/** When a job is due. */
public final class JobSchedule {

  /** For the route of a job without a schedule, which is not started. */
  private static final String NEVER_USED = "0 0 0 1 1 ?";

  private final String job;
  private final Optional<CronSchedule> schedule;
  private final boolean catchUp;
  private final JobLedger ledger;
  private final Clock clock;

  /**
   * @param cron a 5-field cron; empty: never
   * @param catchUp whether a run that was missed is made up for at start
   * @throws IllegalArgumentException when the cron is none
   */
  public JobSchedule(
      String job,
      Optional<String> cron,
      ZoneId timeZone,
      boolean catchUp,
      JobLedger ledger,
      Clock clock) {
    this.job = job;
    this.schedule = cron.map(text -> new CronSchedule(text, timeZone));
    this.catchUp = catchUp;
    this.ledger = ledger;
    this.clock = clock;
  }

  /** The job, for the instant that its schedule fired for. */
  public Job due(@Header("scheduledFireTime") Date firedFor) {
    return new Job(
        job, Trigger.SCHEDULE, firedFor.toInstant().truncatedTo(ChronoUnit.SECONDS), false);
  }

  /** The job, if its last instant passed while nothing was running. */
  public List<Job> missed() {
    Instant now = clock.instant();
    return schedule
        .filter(cron -> catchUp)
        .flatMap(cron -> cron.lastBefore(now))
        .filter(fired -> !ledger.ranSince(job, fired))
        .map(fired -> new Job(job, Trigger.CATCH_UP, fired, false))
        .stream()
        .toList();
  }

  /**
   * The placeholders of the job's route.
   *
   * @param prefix of their names
   * @param service whether schedules run: in the service, not in a command
   */
  public Map<String, String> properties(String prefix, boolean service) {
    return Map.of(
        prefix + ".cron", schedule.map(CronSchedule::forQuartz).orElse(NEVER_USED),
        prefix + ".scheduled", Boolean.toString(service && schedule.isPresent()));
  }
}
