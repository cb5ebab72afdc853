package io.refkeeper.config;

import io.refkeeper.config.ManagementPolicy.Alerts;
import io.refkeeper.config.ManagementPolicy.Backfill;
import io.refkeeper.config.ManagementPolicy.Channel;
import io.refkeeper.config.ManagementPolicy.Ingest;
import io.refkeeper.config.ManagementPolicy.Preload;
import io.refkeeper.config.ManagementPolicy.Retention;
import io.refkeeper.config.ManagementPolicy.Review;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.config.ManagementPolicy.Validation;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads {@code reference_management.yml}. */
final class ManagementReader {

  private ManagementReader() {}

  /**
   * The policy, defaults filled in.
   *
   * @param referenceTables names of the configured reference tables
   */
  static ManagementPolicy read(Element root, Collection<String> referenceTables) {
    Map<String, Channel> channels = channels(root.child("notifications"));
    return new ManagementPolicy(
        root.choice("strategy", Strategy.class, Strategy.HYBRID),
        Schedules.timeZone(root.child("time_zone")),
        preload(root.child("preload")),
        validation(root.child("validation")),
        ingest(root.child("ingest")),
        backfill(root.child("backfill"), channels.keySet()),
        review(root.child("review")),
        alerts(root.child("alerts"), referenceTables),
        retention(root.child("retention")),
        channels);
  }

  private static Preload preload(Element preload) {
    Schedules.checkCron(preload.child("schedule"));
    return new Preload(
        preload.flag("enabled", true),
        preload.text("schedule", "0 1 * * *"),
        preload.text("on_failure", "continue").equals("continue"),
        preload.flag("catch_up_missed", true));
  }

  private static Validation validation(Element validation) {
    Schedules.checkCron(validation.child("schedule"));
    return new Validation(
        validation.flag("enabled", true), validation.text("schedule", "0 2 * * *"));
  }

  private static Ingest ingest(Element ingest) {
    if (!Ingest.CONTINUOUS.equals(ingest.text("schedule"))) {
      Schedules.checkCron(ingest.child("schedule"));
    }
    Ingest read =
        new Ingest(
            ingest.text("inbox", "inbox"),
            ingest.text("archive", "archive"),
            ingest.text("rejected", "rejected"),
            ingest.text("schedule", Ingest.CONTINUOUS),
            ingest.flag("require_fresh_sync", false),
            Schedules.duration(ingest.child("max_sync_age"), Duration.ofHours(24)));
    if (read.inbox().equals(read.archive()) || read.inbox().equals(read.rejected())) {
      ingest
          .child("inbox")
          .problem(
              "same_folder",
              "The inbox \"%s\" is also the folder of finished files".formatted(read.inbox()),
              "Give each its own folder");
    }
    return read;
  }

  private static Backfill backfill(Element backfill, Set<String> channels) {
    String channel = backfill.text("notification_channel");
    if (channel != null && !channels.contains(channel)) {
      backfill
          .child("notification_channel")
          .problemInValue(
              "unknown_name",
              "There is no channel \"%s\" under notifications.channels".formatted(channel),
              NearestName.remedy(channel, channels));
    }
    return new Backfill(
        backfill.flag("enabled", true),
        backfill.text("mode", "fallback").equals("always"),
        backfill.flag("mark_for_review", true),
        backfill.flag("notify_on_new_records", true),
        channel);
  }

  private static Review review(Element review) {
    Schedules.checkCron(review.child("report_schedule"));
    return new Review(review.text("report_schedule"));
  }

  private static Alerts alerts(Element alerts, Collection<String> referenceTables) {
    Map<String, Double> perTable = new LinkedHashMap<>();
    alerts
        .entries("per_table")
        .forEach(
            (table, element) -> {
              if (!referenceTables.contains(table)) {
                element.problem(
                    "unknown_name",
                    "There is no reference table \"%s\" in reference_sources.yml".formatted(table),
                    NearestName.remedy(table, referenceTables));
              }
              perTable.put(table, alerts.child("per_table").ratio(table, 0));
            });
    return new Alerts(
        alerts.ratio("auto_derived_ratio", 0.1),
        alerts.number("pending_review", 100),
        Collections.unmodifiableMap(perTable));
  }

  private static Retention retention(Element retention) {
    return new Retention(
        days(retention, "archive_days", 400),
        days(retention, "quarantine_days", 400),
        days(retention, "audit_days", null),
        days(retention, "quality_days", 90),
        days(retention, "messages_days", 400),
        days(retention, "validation_days", 400));
  }

  private static Integer days(Element retention, String key, Integer otherwise) {
    if (!retention.isWritten(key)) {
      return otherwise;
    }
    return retention.child(key).isPresent() ? (int) retention.number(key, 0) : null;
  }

  private static Map<String, Channel> channels(Element notifications) {
    Map<String, Channel> channels = new LinkedHashMap<>();
    notifications
        .entries("channels")
        .forEach(
            (name, channel) ->
                channels.put(
                    name,
                    new Channel(
                        name,
                        channel.texts("email"),
                        channel.textOrNull("slack_webhook"),
                        channel.textOrNull("webhook"))));
    return Collections.unmodifiableMap(channels);
  }
}
