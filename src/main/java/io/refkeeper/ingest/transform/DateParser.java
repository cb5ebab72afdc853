package io.refkeeper.ingest.transform;

import io.refkeeper.ingest.reader.ExcelDates;
import java.math.BigDecimal;
import java.text.ParsePosition;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Dates and times in the formats of a rule, tried in order, then ISO (which is how a workbook's
 * date cells arrive). Without formats in those that people usually write. A month means its first
 * day.
 */
final class DateParser implements ValueParser {

  /** What the column holds. */
  enum Result {
    DATE,
    TIMESTAMP,
    TIMESTAMP_WITH_ZONE,
    TIME
  }

  private static final List<String> USUAL =
      List.of(
          "yyyy-M-d",
          "yyyy/M/d",
          "yyyy.M.d",
          "yyyyMMdd",
          "yyyy年M月d日",
          "yyyy-M",
          "yyyy/M",
          "yyyyMM",
          "yyyy年M月");
  private static final String ISO = "yyyy-MM-dd";
  private static final Pattern SERIAL = Pattern.compile("[0-9]{1,7}(\\.[0-9]{1,20})?");
  private static final int MAX_LENGTH = 64;

  /**
   * A file has few dates and many rows; few things, too, that are written where a date should be.
   */
  private static final int CACHE = 4096;

  private final Result result;
  private final List<Format> formats = new ArrayList<>();
  private final String expected;

  /** Null: no date. */
  private final Map<String, String> cache = new HashMap<>();

  /** One way to read a date: a pattern, or Excel's day numbers. */
  private record Format(DateTimeFormatter pattern, boolean date1904) {}

  DateParser(Result result, List<String> patterns) {
    this.result = result;
    List<String> all = new ArrayList<>(patterns.isEmpty() ? USUAL : patterns);
    if (result == Result.TIME) {
      all = new ArrayList<>(patterns.isEmpty() ? List.of("H:mm") : patterns);
    } else if (!all.contains(ISO)) {
      all.add(ISO);
    }
    this.expected = String.join(", ", all);
    for (String pattern : all) {
      formats.add(
          switch (pattern) {
            case "excel" -> new Format(null, false);
            case "excel1904" -> new Format(null, true);
            default -> new Format(formatter(pattern), false);
          });
    }
  }

  /**
   * The formatter of a pattern; {@code y} means the year as written, {@code yy} one of this
   * century.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  static DateTimeFormatter formatter(String pattern) {
    // STRICT knows no "year of era" without an era
    String years = pattern.replace('y', 'u');
    DateTimeFormatterBuilder builder =
        new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(years);
    boolean clock = pattern.indexOf('H') >= 0 || pattern.indexOf('h') >= 0;
    if (!clock && pattern.indexOf('d') >= 0) {
      builder.appendPattern("[ ]['T'][H:mm");
      clockTail(builder);
    } else if (pattern.equals("H:mm")) {
      clockTail(builder.optionalStart());
    }
    if (pattern.indexOf('y') >= 0 && pattern.indexOf('d') < 0) {
      builder.parseDefaulting(ChronoField.DAY_OF_MONTH, 1);
      if (pattern.indexOf('M') < 0) {
        builder.parseDefaulting(ChronoField.MONTH_OF_YEAR, 1);
      }
    }
    return builder.toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
  }

  /** Optional seconds, fraction and offset; ends the optional section that the caller opened. */
  private static void clockTail(DateTimeFormatterBuilder builder) {
    builder
        .optionalStart()
        .appendPattern(":ss")
        .optionalStart()
        .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
        .optionalEnd()
        .optionalEnd()
        .appendPattern("[ ][XXX][XX][X]")
        .optionalEnd();
  }

  @Override
  public String parse(String value) {
    if (value.length() > MAX_LENGTH) {
      throw noDate();
    }
    String parsed = cache.get(value);
    if (parsed == null && !cache.containsKey(value)) {
      parsed = parseAnew(value);
      if (cache.size() >= CACHE) {
        cache.clear();
      }
      cache.put(value, parsed);
    }
    if (parsed == null) {
      throw noDate();
    }
    return parsed;
  }

  private BadValueException noDate() {
    return new BadValueException(RejectionReason.BAD_DATE, "is no date in the formats " + expected);
  }

  /** The date in ISO; null when it is none. */
  private String parseAnew(String value) {
    String text = Numbers.halfWidth(value);
    for (Format format : formats) {
      String parsed = format.pattern == null ? serial(text, format) : pattern(text, format);
      if (parsed != null) {
        return parsed;
      }
    }
    return null;
  }

  private String serial(String text, Format format) {
    if (!SERIAL.matcher(text).matches()) {
      return null;
    }
    LocalDateTime at = ExcelDates.dateTime(new BigDecimal(text), format.date1904);
    return at == null ? null : text(at.toLocalDate(), at.toLocalTime(), null);
  }

  private String pattern(String text, Format format) {
    TemporalAccessor at;
    try {
      ParsePosition position = new ParsePosition(0);
      // the first look costs no exception; a million bad dates would be a million stack traces
      if (format.pattern.parseUnresolved(text, position) == null
          || position.getErrorIndex() >= 0
          || position.getIndex() != text.length()) {
        return null;
      }
      at = format.pattern.parse(text);
    } catch (java.time.DateTimeException e) {
      return null; // also from the first look, about an offset out of range
    }
    LocalDate date = at.query(TemporalQueries.localDate());
    LocalTime time = at.query(TemporalQueries.localTime());
    if (result == Result.TIME) {
      return time == null ? null : time.toString();
    }
    return date == null ? null : text(date, time, at.query(TemporalQueries.offset()));
  }

  private String text(LocalDate date, LocalTime time, ZoneOffset offset) {
    if (date.getYear() < 1 || date.getYear() > 9999) {
      throw new BadValueException(RejectionReason.OUT_OF_RANGE, "lies outside the years 1 to 9999");
    }
    return switch (result) {
      case DATE -> date.toString();
      case TIME -> time.toString();
      case TIMESTAMP -> date + " " + (time == null ? "00:00" : time);
      case TIMESTAMP_WITH_ZONE ->
          date + " " + (time == null ? "00:00" : time) + (offset == null ? "" : offset);
    };
  }
}
