package io.refkeeper.config;

import java.time.Instant;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By when a domain's file should be there, each month.
 *
 * @param day of the month; in a shorter month its last day counts
 */
public record ExpectedBy(int day, LocalTime time) {

  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,2})(?:st|nd|rd|th)? ((?:[01][0-9]|2[0-3]):[0-5][0-9])");

  /**
   * Reads a text such as {@code 8th 09:00}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ExpectedBy of(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(text);
    }
    int day = Integer.parseInt(form.group(1));
    if (day < 1 || day > 31) {
      throw new IllegalArgumentException(text);
    }
    return new ExpectedBy(day, LocalTime.parse(form.group(2)));
  }

  /** The instant of a month; a time that the clocks skip is moved on by the skipped hour. */
  public Instant in(YearMonth month, ZoneId timeZone) {
    return month
        .atDay(Math.min(day, month.lengthOfMonth()))
        .atTime(time)
        .atZone(timeZone)
        .toInstant();
  }
}
