package io.refkeeper.sync;

import com.cronutils.mapper.CronMapper;
import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * A 5-field Unix cron in a time zone.
 *
 * @param text as configured
 */
record CronSchedule(String text, ZoneId timeZone) {

  private static final CronParser UNIX =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private Cron cron() {
    return UNIX.parse(text);
  }

  /** The same schedule for Quartz: with seconds, and Sunday as 1. */
  String forQuartz() {
    return CronMapper.fromUnixToQuartz().map(cron()).asString();
  }

  /** Whether the schedule fires at that instant. */
  boolean firesAt(Instant instant) {
    return ExecutionTime.forCron(cron())
        .isMatch(instant.truncatedTo(java.time.temporal.ChronoUnit.MINUTES).atZone(timeZone));
  }

  /** When it last fired, before that instant. */
  Optional<Instant> lastBefore(Instant instant) {
    return ExecutionTime.forCron(cron())
        .lastExecution(instant.atZone(timeZone))
        .map(java.time.ZonedDateTime::toInstant);
  }
}
