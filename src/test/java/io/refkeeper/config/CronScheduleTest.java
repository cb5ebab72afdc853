package io.refkeeper.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedules where the clocks change twice a year. */
class CronScheduleTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant SPRING = Instant.parse("2025-03-29T12:00:00Z");
  private static final Instant AUTUMN = Instant.parse("2025-10-25T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "0 1 * * *, 2025-03-30T00:00:00Z",
    "0 2 * * *, 2025-03-30T01:00:00Z",
    "30 2 * * *, 2025-03-30T01:00:00Z",
    "0 3 * * *, 2025-03-30T01:00:00Z",
    "30 2 * * 0, 2025-03-30T01:00:00Z",
    "30 2 30 3 *, 2025-03-30T01:00:00Z",
    "30 2 * * 1, 2025-03-31T00:30:00Z"
  })
  void aTimeThatTheClocksSkipInSpringComesWhenTheyHaveSkippedIt(String cron, String next) {
    CronSchedule schedule = new CronSchedule(cron, BERLIN);
    Instant fires = Instant.parse(next);
    assertThat(schedule.nextAfter(SPRING)).contains(fires);
    assertThat(schedule.firesAt(fires)).isTrue();
    assertThat(schedule.firesAt(fires.plusSeconds(3600))).isFalse();
    assertThat(schedule.lastBefore(fires.plusSeconds(1))).contains(fires);
    assertThat(schedule.nextAfter(fires).orElseThrow()).isAfter(fires.plusSeconds(3600));
  }

  @Test
  void anHourlyScheduleLosesNothingInSpringAndNeedsNothingMore() {
    assertThat(from(SPRING.plusSeconds(12 * 3600), "15 * * * *", 3))
        .containsExactly("2025-03-30T00:15:00Z", "2025-03-30T01:15:00Z", "2025-03-30T02:15:00Z");
  }

  @Test
  void aTimeThatComesTwiceInAutumnFiresOnce() {
    assertThat(from(AUTUMN, "30 2 * * *", 2))
        .containsExactly("2025-10-26T01:30:00Z", "2025-10-27T01:30:00Z");
    CronSchedule schedule = new CronSchedule("30 2 * * *", BERLIN);
    assertThat(schedule.firesAt(Instant.parse("2025-10-26T00:30:00Z"))).isFalse();
    assertThat(schedule.lastBefore(Instant.parse("2025-10-26T01:00:00Z")))
        .contains(Instant.parse("2025-10-25T00:30:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "0 2 * * *, 2025-10-26T00:00:00Z, 2025-10-26T01:00:00Z",
    "0 2 * * *, 2025-10-26T00:45:00Z, 2025-10-26T01:00:00Z",
    "0 2 * * *, 2025-10-26T00:59:59Z, 2025-10-26T01:00:00Z",
    "0 2 * * *, 2025-10-26T01:00:00Z, 2025-10-27T01:00:00Z",
    "30 2 * * *, 2025-10-26T00:45:00Z, 2025-10-26T01:30:00Z",
    "15 * * * *, 2025-10-26T00:45:00Z, 2025-10-26T01:15:00Z",
    "0 3 * * *, 2025-10-26T00:45:00Z, 2025-10-26T02:00:00Z"
  })
  void whoStartsWithinTheFirstOfTheTwoHoursMissesNothing(String cron, String from, String next) {
    CronSchedule schedule = new CronSchedule(cron, BERLIN);
    assertThat(schedule.nextAfter(Instant.parse(from))).contains(Instant.parse(next));
    assertThat(schedule.firesAt(Instant.parse(next))).isTrue();
    assertThat(schedule.lastBefore(Instant.parse(next).plusSeconds(1)))
        .contains(Instant.parse(next));
  }

  @Test
  void aRareScheduleIsFoundAgainYearsLater() {
    assertThat(new CronSchedule("0 0 29 2 *", BERLIN).lastBefore(AUTUMN))
        .contains(Instant.parse("2024-02-28T23:00:00Z"));
  }

  private static List<String> from(Instant start, String cron, int times) {
    CronSchedule schedule = new CronSchedule(cron, BERLIN);
    List<String> fires = new ArrayList<>();
    Instant at = start;
    for (int i = 0; i < times; i++) {
      at = schedule.nextAfter(at).orElseThrow();
      fires.add(at.toString());
    }
    return fires;
  }

  @ParameterizedTest
  @CsvSource({
    "8th 09:00, 2025-10, 2025-10-08T07:00:00Z",
    "31st 09:00, 2025-02, 2025-02-28T08:00:00Z",
    "30 02:30, 2025-03, 2025-03-30T01:30:00Z",
    "1st 00:00, 2025-11, 2025-10-31T23:00:00Z"
  })
  void aFileIsExpectedInThePolicysTimeZone(String text, String month, String instant) {
    assertThat(ExpectedBy.of(text).in(YearMonth.parse(month), BERLIN)).isEqualTo(instant);
  }
}
