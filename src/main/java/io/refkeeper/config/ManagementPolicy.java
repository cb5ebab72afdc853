package io.refkeeper.config;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/** The policy of {@code reference_management.yml}. */
public record ManagementPolicy(
    Strategy strategy,
    ZoneId timeZone,
    Preload preload,
    Validation validation,
    Ingest ingest,
    Backfill backfill,
    Review review,
    Alerts alerts,
    Retention retention,
    Map<String, Channel> channels) {

  /** Preload and backfill, or only one of them. */
  public enum Strategy {
    HYBRID,
    PRELOAD_ONLY,
    BACKFILL_ONLY
  }

  /**
   * @param schedule 5-field cron of tables that name none
   * @param continueOnFailure false: a failed table stops the run
   * @param catchUpMissed run what was missed while the service was down
   */
  public record Preload(
      boolean enabled, String schedule, boolean continueOnFailure, boolean catchUpMissed) {}

  /** The nightly check of references. */
  public record Validation(boolean enabled, String schedule) {}

  /**
   * @param inbox, archive, rejected folders, relative to the working directory
   * @param schedule {@code continuous} or a 5-field cron
   * @param requireFreshSync hold files until every sync they depend on is younger than maxSyncAge
   */
  public record Ingest(
      String inbox,
      String archive,
      String rejected,
      String schedule,
      boolean requireFreshSync,
      Duration maxSyncAge) {
    public static final String CONTINUOUS = "continuous";
  }

  /**
   * @param enabled false: unknown keys are quarantined
   * @param always true: fill_null_only also visits known keys
   * @param notificationChannel name of a {@link Channel}; null: nobody is told
   */
  public record Backfill(
      boolean enabled,
      boolean always,
      boolean markForReview,
      boolean notifyOnNewRecords,
      String notificationChannel) {}

  /** When the review report is sent; null: never. */
  public record Review(String reportSchedule) {}

  /** Thresholds; {@code perTable} overrides the ratio for single tables. */
  public record Alerts(double autoDerivedRatio, long pendingReview, Map<String, Double> perTable) {}

  /**
   * Days to keep; null: for ever.
   *
   * @param qualityDays of snapshots; of older ones the last of each table and day stays
   * @param messagesDays of messages that were sent
   * @param validationDays of validation reports; the last of each kind stays
   */
  public record Retention(
      Integer archiveDays,
      Integer quarantineDays,
      Integer auditDays,
      Integer qualityDays,
      Integer messagesDays,
      Integer validationDays) {}

  /**
   * Where messages go; each way may be absent.
   *
   * @param slackWebhook, webhook URLs; null or blank: none
   */
  public record Channel(String name, List<String> email, String slackWebhook, String webhook) {}
}
