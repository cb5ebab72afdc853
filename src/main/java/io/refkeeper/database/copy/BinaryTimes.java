package io.refkeeper.database.copy;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Dates and times in binary form: days and microseconds since the year 2000. Only ISO is known, and
 * only the years 1 to 9999, which are the same in Java and in PostgreSQL.
 */
final class BinaryTimes {

  private static final long EPOCH = LocalDate.of(2000, 1, 1).toEpochDay();
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
  private static final long NONE = Long.MIN_VALUE;

  private static final int DATE_LENGTH = 10;
  private static final int FRACTION = 8;
  private static final int MOST_FRACTION_DIGITS = 9;

  private BinaryTimes() {}

  /** {@code yyyy-MM-dd}. */
  static boolean date(byte[] text, int start, int end, BinaryRows into) {
    long days = end - start == DATE_LENGTH ? days(text, start) : NONE;
    into.int32(Integer.BYTES);
    into.int32((int) days);
    return days != NONE;
  }

  /** {@code HH:mm}, with or without seconds and their fraction. */
  static boolean time(byte[] text, int start, int end, BinaryRows into) {
    long micros = micros(text, start, end);
    into.bigint(micros);
    return micros != NONE;
  }

  /** A date, a space, and a time. */
  static boolean timestamp(byte[] text, int start, int end, BinaryRows into) {
    boolean split = end - start > DATE_LENGTH && text[start + DATE_LENGTH] == ' ';
    long days = split ? days(text, start) : NONE;
    long micros = split ? micros(text, start + DATE_LENGTH + 1, end) : NONE;
    into.bigint(days * MICROS_PER_DAY + micros);
    return days != NONE && micros != NONE;
  }

  private static long days(byte[] text, int start) {
    int year = two(text, start) * 100 + two(text, start + 2);
    int month = two(text, start + 5);
    int day = two(text, start + 8);
    if (text[start + 4] != '-' || text[start + 7] != '-' || year < 1 || month < 1 || day < 1) {
      return NONE;
    }
    try {
      return LocalDate.of(year, month, day).toEpochDay() - EPOCH;
    } catch (DateTimeException e) {
      return NONE;
    }
  }

  private static long micros(byte[] text, int start, int end) {
    int length = end - start;
    boolean seconds = length >= FRACTION;
    if (length != 5 && !seconds || text[start + 2] != ':' || seconds && text[start + 5] != ':') {
      return NONE;
    }
    int hour = two(text, start);
    int minute = two(text, start + 3);
    int second = seconds ? two(text, start + 6) : 0;
    long fraction = length > FRACTION ? fraction(text, start + FRACTION, end) : 0;
    boolean valid =
        hour >= 0
            && hour < 24
            && minute >= 0
            && minute < 60
            && second >= 0
            && second < 60
            && fraction >= 0;
    return valid ? ((hour * 60L + minute) * 60 + second) * MICROS_PER_SECOND + fraction : NONE;
  }

  /** A point and digits, as microseconds; rounded as the server does, {@code ParseFraction}. */
  private static long fraction(byte[] text, int start, int end) {
    int digits = end - start - 1;
    if (text[start] != '.' || digits < 1 || digits > MOST_FRACTION_DIGITS) {
      return NONE;
    }
    for (int i = start + 1; i < end; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return NONE;
      }
    }
    String fraction = new String(text, start, end - start, StandardCharsets.US_ASCII);
    return (long) Math.rint(Double.parseDouble(fraction) * MICROS_PER_SECOND);
  }

  /** Two digits; negative, and more than 100, when they are none. */
  private static int two(byte[] text, int start) {
    int tens = text[start] - '0';
    int ones = text[start + 1] - '0';
    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -10_000 : tens * 10 + ones;
  }
}
