package io.refkeeper.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads cron expressions, durations and time zones, and reports those that mean nothing. */
final class Schedules {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([smhd])");

  private Schedules() {}

  /** Reports a text that is no 5-field cron, or one that never comes true. */
  static void checkCron(Element element) {
    String cron = element.text();
    if (cron == null) {
      return;
    }
    String remedy =
        "Write minute, hour, day, month, day of week (0 is Sunday), such as \"0 1 * * *\"";
    try {
      if (new CronSchedule(cron, ZoneOffset.UTC).nextAfter(Instant.now()).isEmpty()) {
        throw new IllegalArgumentException("it never comes true");
      }
    } catch (IllegalArgumentException e) {
      element.problemInValue(
          "wrong_schedule",
          "\"%s\" is no cron expression: %s".formatted(cron, e.getMessage()),
          remedy);
    }
  }

  /** A number with s, m, h or d. */
  static Duration duration(Element element, Duration otherwise) {
    String text = element.text();
    if (text == null) {
      return otherwise;
    }
    Matcher duration = DURATION.matcher(text);
    if (!duration.matches()) {
      element.problemInValue(
          "wrong_duration",
          "\"%s\" is no duration".formatted(text),
          "Write a number with s, m, h or d, such as 24h");
      return otherwise;
    }
    long number = Long.parseLong(duration.group(1));
    return switch (duration.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  static ZoneId timeZone(Element element) {
    String text = element.text();
    try {
      ZoneId zone = ZoneId.of(text == null ? "UTC" : text);
      if (!ZoneId.getAvailableZoneIds().contains(zone.getId())) {
        element.problemInValue(
            "wrong_time_zone",
            "\"%s\" is no time zone but an offset, whose sign PostgreSQL reads the other way round"
                .formatted(text),
            "Write a name such as Asia/Shanghai");
      }
      return zone;
    } catch (DateTimeException e) {
      element.problemInValue(
          "wrong_time_zone",
          "\"%s\" is no time zone".formatted(text),
          NearestName.of(text, ZoneId.getAvailableZoneIds())
              .map(zone -> "Did you mean \"" + zone + "\"?")
              .orElse("Write a name such as Asia/Shanghai"));
      return ZoneId.of("UTC");
    }
  }

  /** A day of the month and a time, such as {@code 8th 09:00}. */
  static String expectedBy(Element element) {
    String text = element.text();
    if (text == null) {
      return null;
    }
    try {
      ExpectedBy.of(text);
    } catch (IllegalArgumentException e) {
      element.problemInValue(
          "wrong_schedule",
          "\"%s\" is no day of the month with a time".formatted(text),
          "Write it like \"8th 09:00\"");
    }
    return text;
  }
}
