package io.refkeeper.ingest.reader;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** Excel's day numbers. */
public final class ExcelDates {

  /** The first day number after 9999-12-31. */
  private static final int END = 2_958_466;

  private static final BigDecimal MILLISECONDS_A_DAY = BigDecimal.valueOf(86_400_000);
  private static final LocalDate EPOCH_1900 = LocalDate.of(1899, 12, 30);
  private static final LocalDate EPOCH_1904 = LocalDate.of(1904, 1, 1);
  private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  private static final Pattern MIDNIGHT = Pattern.compile("00:00(:00([.]0{1,9})?)?Z?");

  private ExcelDates() {}

  /**
   * The date and time of a day number; null when it is out of Excel's range, or 60 in the 1900
   * system: the 29th of February 1900, which Excel believes in and the calendar does not.
   */
  public static LocalDateTime dateTime(BigDecimal serial, boolean date1904) {
    if (serial.signum() < 0 || serial.compareTo(BigDecimal.valueOf(END)) >= 0) {
      return null;
    }
    long days = serial.longValue();
    long milliseconds =
        serial
            .subtract(BigDecimal.valueOf(days))
            .multiply(MILLISECONDS_A_DAY)
            .setScale(0, RoundingMode.HALF_UP)
            .longValue();
    LocalDate date = date(days, date1904);
    return date == null ? null : date.atStartOfDay().plusNanos(milliseconds * 1_000_000);
  }

  private static LocalDate date(long days, boolean date1904) {
    if (date1904) {
      return EPOCH_1904.plusDays(days);
    }
    // day numbers before 1900-03-01 are one too low, because Excel counts the 29th of February
    return days == 60 ? null : EPOCH_1900.plusDays(days < 60 ? days + 1 : days);
  }

  /** ISO text: a date, a date with time, or (below one day, shown as a time) a time. */
  static String text(BigDecimal serial, boolean date1904, boolean shownAsTime) {
    LocalDateTime value = dateTime(serial, date1904);
    if (value == null) {
      return null;
    }
    LocalTime time = value.toLocalTime();
    String clock = (time.getNano() == 0 ? SECONDS : MILLIS).format(time);
    if (shownAsTime && serial.compareTo(BigDecimal.ONE) < 0) {
      return clock;
    }
    return time.equals(LocalTime.MIDNIGHT)
        ? value.toLocalDate().toString()
        : value.toLocalDate() + " " + clock;
  }

  /** An ISO date and time as {@link #text} gives it: midnight is left out. */
  static String shortened(String iso) {
    int clock = iso.indexOf('T');
    if (clock != 10) {
      return iso;
    }
    String time = iso.substring(clock + 1);
    return MIDNIGHT.matcher(time).matches()
        ? iso.substring(0, clock)
        : iso.substring(0, clock) + " " + time;
  }
}
