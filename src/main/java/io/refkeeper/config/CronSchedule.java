package io.refkeeper.config;

import com.cronutils.mapper.CronMapper;
import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** When a 5-field Unix cron fires, in a time zone. */
public final class CronSchedule {

  private static final int FIELDS = 5;
  private static final CronParser UNIX =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private final Cron cron;
  private final ExecutionTime times;
  private final ZoneId timeZone;

  /**
   * @throws IllegalArgumentException saying why the text is no such cron
   */
  public CronSchedule(String text, ZoneId timeZone) {
    if (text.strip().split("\\s+").length != FIELDS) {
      throw new IllegalArgumentException("it does not have 5 fields");
    }
    this.cron = UNIX.parse(text.strip());
    this.times = ExecutionTime.forCron(cron);
    this.timeZone = timeZone;
  }

  /** The same schedule for Quartz: with seconds, and Sunday as 1. */
  public String forQuartz() {
    return CronMapper.fromUnixToQuartz().map(cron).asString();
  }

  /** Whether the schedule fires in the minute of that instant. */
  public boolean firesAt(Instant instant) {
    return times.isMatch(instant.truncatedTo(ChronoUnit.MINUTES).atZone(timeZone));
  }

  /** When it last fired, before that instant. */
  public Optional<Instant> lastBefore(Instant instant) {
    return times.lastExecution(instant.atZone(timeZone)).map(ZonedDateTime::toInstant);
  }

  /** When it fires next, after that instant; empty: never. */
  public Optional<Instant> nextAfter(Instant instant) {
    return times.nextExecution(instant.atZone(timeZone)).map(ZonedDateTime::toInstant);
  }
}
