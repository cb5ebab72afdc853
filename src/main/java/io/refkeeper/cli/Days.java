package io.refkeeper.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import picocli.CommandLine.TypeConversionException;

/** Reads points in time as people write them, in a given time zone unless they say one. */
final class Days {

  private Days() {}

  /** The begin of a day, or the instant. */
  static Instant begin(String text, ZoneId zone) {
    return text == null ? null : read(text, 0, zone);
  }

  /** The end of a day, or the instant. */
  static Instant end(String text, ZoneId zone) {
    return text == null ? null : read(text, 1, zone);
  }

  private static Instant read(String text, int daysLater, ZoneId zone) {
    try {
      if (text.length() <= "2025-10-31".length()) {
        return LocalDate.parse(text).plusDays(daysLater).atStartOfDay(zone).toInstant();
      }
      return text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "'%s' is no day and no time: write 2025-10-31 or 2025-10-31T02:00:00+08:00"
              .formatted(text));
    }
  }
}
