package io.refkeeper.runtime;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.job.Job;
import io.refkeeper.job.JobFailure;
import io.refkeeper.job.JobLedger;
import io.refkeeper.job.JobLog;
import io.refkeeper.job.JobSchedule;
import io.refkeeper.job.MissedJobs;
import io.refkeeper.notification.Outbox;
import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Problem;
import io.refkeeper.quality.QualitySnapshots;
import io.refkeeper.quality.TableCount;
import io.refkeeper.quality.validation.ReferenceValidation;
import io.refkeeper.quality.validation.RunningSyncs;
import io.refkeeper.quality.validation.ValidationReports;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.retention.Retention;
import io.refkeeper.review.ReviewReports;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** What the routes of the jobs refer to: validation, review report, retention. */
public final class GovernanceBeans {

  private static final String RETENTION_SCHEDULE = "refkeeper.retention.schedule";

  private final JobSchedule validation;
  private final JobSchedule reviewReport;
  private final JobSchedule retention;
  private final Map<String, Object> beans = new HashMap<>();

  /**
   * @param archive the folder of loaded files
   * @param properties of {@code application.properties}
   * @throws ConfigurationException when the schedule of retention is no cron
   */
  public GovernanceBeans(
      Configuration configuration,
      DataSource target,
      Outbox outbox,
      String instance,
      Clock clock,
      Path archive,
      Map<String, String> properties) {
    ManagementPolicy policy = configuration.management();
    JobLedger ledger = new JobLedger(target, instance);
    this.validation =
        schedule(
            Job.VALIDATION,
            Optional.of(policy.validation())
                .filter(ManagementPolicy.Validation::enabled)
                .map(ManagementPolicy.Validation::schedule),
            policy,
            ledger,
            clock);
    this.reviewReport =
        schedule(
            Job.REVIEW_REPORT,
            Optional.ofNullable(policy.review().reportSchedule()),
            policy,
            ledger,
            clock);
    this.retention = retention(properties.get(RETENTION_SCHEDULE), policy, ledger, clock);
    beans.put("jobLedger", ledger);
    beans.put("jobLog", new JobLog());
    beans.put("jobFailure", new JobFailure());
    beans.put("validationSchedule", validation);
    beans.put("reviewReportSchedule", reviewReport);
    beans.put("retentionSchedule", retention);
    beans.put("missedJobs", new MissedJobs(List.of(validation, reviewReport, retention)));
    beans.put("runningSyncs", new RunningSyncs(target));
    beans.put("referenceValidation", new ReferenceValidation(configuration, target, clock));
    beans.put(
        "tableCount",
        new TableCount(
            new QualitySnapshots(target, configuration.management(), outbox),
            List.copyOf(ReferenceTables.all(configuration))));
    beans.put(
        "validationReports",
        new ValidationReports(target, ledger, outbox, instance, policy.timeZone()));
    beans.put("reviewReports", new ReviewReports(target, ledger, outbox, policy.timeZone(), clock));
    beans.put("retention", new Retention(target, policy, ledger, archive, clock));
  }

  /** By the names that the routes use. */
  public Map<String, Object> beans() {
    return beans;
  }

  /**
   * The placeholders of the routes.
   *
   * @param service whether schedules run: in the service, not in a command
   */
  public Map<String, String> properties(boolean service) {
    Map<String, String> placeholders = new HashMap<>();
    placeholders.putAll(validation.properties("refkeeper.validation", service));
    placeholders.putAll(reviewReport.properties("refkeeper.review-report", service));
    placeholders.putAll(retention.properties("refkeeper.retention", service));
    return placeholders;
  }

  private static JobSchedule retention(
      String cron, ManagementPolicy policy, JobLedger ledger, Clock clock) {
    try {
      return schedule(
          Job.RETENTION, Optional.of(cron).filter(text -> !text.isBlank()), policy, ledger, clock);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  "invalid_property",
                  "\"%s\" is no cron expression: %s".formatted(cron, e.getMessage()),
                  "property " + RETENTION_SCHEDULE,
                  "Write minute, hour, day, month, day of week, such as 30 3 * * *; blank: never")));
    }
  }

  private static JobSchedule schedule(
      String job, Optional<String> cron, ManagementPolicy policy, JobLedger ledger, Clock clock) {
    return new JobSchedule(
        job, cron, policy.timeZone(), policy.preload().catchUpMissed(), ledger, clock);
  }
}
