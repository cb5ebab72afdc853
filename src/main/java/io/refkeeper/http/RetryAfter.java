package io.refkeeper.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.hc.client5.http.utils.DateUtils;

/** The header of that name (RFC 9110, 10.2.3): a number of seconds, or a date. */
public final class RetryAfter {

  /** The name of the header. */
  public static final String HEADER = "Retry-After";

  /** More digits than these say no more than "not in your time". */
  private static final Duration LONGEST = Duration.ofSeconds(999_999_999);

  private RetryAfter() {}

  /**
   * How long a server asks to be left alone, from now on. How long of it to accept is the caller's
   * to say.
   *
   * @param value of the header; null: there is none
   * @return empty when it asks for nothing: neither form, or a date that has passed
   */
  public static Optional<Duration> of(String value, Instant now) {
    String text = value == null ? "" : value.strip();
    if (text.matches("[0-9]+")) {
      return Optional.of(seconds(text));
    }
    return date(text).filter(then -> !then.isBefore(now)).map(then -> Duration.between(now, then));
  }

  private static Duration seconds(String digits) {
    try {
      Duration asked = Duration.ofSeconds(Long.parseLong(digits));
      return asked.compareTo(LONGEST) < 0 ? asked : LONGEST;
    } catch (NumberFormatException tooLong) {
      return LONGEST;
    }
  }

  /** In the form of today or the one of RFC 850; asctime's is sent by nobody any more. */
  private static Optional<Instant> date(String text) {
    try {
      return Optional.ofNullable(DateUtils.parseStandardDate(text));
    } catch (DateTimeException noInstant) {
      return Optional.empty();
    }
  }
}
