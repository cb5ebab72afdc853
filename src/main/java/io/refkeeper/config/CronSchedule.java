package io.refkeeper.config;

import com.cronutils.mapper.CronMapper;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import org.quartz.CronExpression;

/**
 * When a 5-field Unix cron fires, in a time zone: as Quartz has it, and at the end of the hour that
 * the clocks skip in spring when it would have fired within it. (Quartz alone leaves a nightly "0 2
 * * * *" out on that day.) In autumn a time of day that comes twice fires once, the second time.
 */
public final class CronSchedule {

  private static final int FIELDS = 5;
  private static final CronParser UNIX =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** How far back the last time is looked for, step by step: most schedules fire daily. */
  private static final List<Duration> LOOKS_BACK =
      List.of(
          Duration.ofHours(2), Duration.ofDays(2), Duration.ofDays(33), Duration.ofDays(366 * 5));

  private final String quartz;
  private final ZoneId timeZone;
  private final CronExpression inZone;

  /** The same fields where no clock is ever changed, for the times of day that a zone skips. */
  private final CronExpression onWall;

  /**
   * @throws IllegalArgumentException saying why the text is no such cron
   */
  public CronSchedule(String text, ZoneId timeZone) {
    this(timeZone, toQuartz(text));
  }

  private CronSchedule(ZoneId timeZone, String quartz) {
    this.quartz = quartz;
    this.timeZone = timeZone;
    this.inZone = expression(quartz, timeZone);
    this.onWall = expression(quartz, ZoneOffset.UTC);
  }

  /**
   * The schedule of a cron in Quartz's form.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static CronSchedule ofQuartz(String quartz, ZoneId timeZone) {
    return new CronSchedule(timeZone, quartz);
  }

  private static String toQuartz(String text) {
    if (text.strip().split("\\s+").length != FIELDS) {
      throw new IllegalArgumentException("it does not have 5 fields");
    }
    return CronMapper.fromUnixToQuartz().map(UNIX.parse(text.strip())).asString();
  }

  private static CronExpression expression(String quartz, ZoneId timeZone) {
    try {
      CronExpression expression = new CronExpression(quartz);
      expression.setTimeZone(TimeZone.getTimeZone(timeZone));
      return expression;
    } catch (ParseException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The same schedule for Quartz: with seconds, and Sunday as 1. */
  public String forQuartz() {
    return quartz;
  }

  /** Whether the schedule fires in the minute of that instant. */
  public boolean firesAt(Instant instant) {
    Instant minute = instant.truncatedTo(ChronoUnit.MINUTES);
    return nextAfter(minute.minusSeconds(1))
        .filter(next -> next.isBefore(minute.plusSeconds(60)))
        .isPresent();
  }

  /** When it last fired, before that instant; empty: not within the last five years. */
  public Optional<Instant> lastBefore(Instant instant) {
    for (Duration back : LOOKS_BACK) {
      Instant last = null;
      Optional<Instant> next = nextAfter(instant.minus(back));
      while (next.isPresent() && next.get().isBefore(instant)) {
        last = next.get();
        next = nextAfter(last);
      }
      if (last != null) {
        return Optional.of(last);
      }
    }
    return Optional.empty();
  }

  /** When it fires next, after that instant; empty: never. */
  public Optional<Instant> nextAfter(Instant instant) {
    ZoneOffsetTransition change = timeZone.getRules().nextTransition(instant);
    Date next = inZone.getNextValidTimeAfter(Date.from(endOfFirstPass(change, instant)));
    if (next == null) {
      return Optional.empty();
    }
    while (change != null && change.getInstant().isBefore(next.toInstant())) {
      if (change.isGap() && wouldHaveFired(change) && !firesSoonAfter(change, next.toInstant())) {
        return Optional.of(change.getInstant());
      }
      change = timeZone.getRules().nextTransition(change.getInstant());
    }
    return Optional.of(next.toInstant());
  }

  /**
   * What fires in an hour that comes twice fires in its second pass. Asked in the first one, Quartz
   * takes the times of day that are over for gone, and leaves the night out.
   */
  private static Instant endOfFirstPass(ZoneOffsetTransition change, Instant instant) {
    boolean inFirstPass =
        change != null
            && change.isOverlap()
            && !instant.isBefore(change.getInstant().plus(change.getDuration()));
    Instant end = inFirstPass ? change.getInstant().minusSeconds(1) : instant;
    return end.isAfter(instant) ? end : instant;
  }

  private boolean wouldHaveFired(ZoneOffsetTransition gap) {
    LocalDateTime before = gap.getDateTimeBefore();
    Date fires =
        onWall.getNextValidTimeAfter(Date.from(before.minusSeconds(1).toInstant(ZoneOffset.UTC)));
    return fires != null
        && fires.toInstant().isBefore(gap.getDateTimeAfter().toInstant(ZoneOffset.UTC));
  }

  /** An hourly schedule comes by itself: it need not fire twice. */
  private static boolean firesSoonAfter(ZoneOffsetTransition gap, Instant next) {
    return next.isBefore(gap.getInstant().plus(gap.getDuration()));
  }
}
