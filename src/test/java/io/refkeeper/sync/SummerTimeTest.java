package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.testing.TestMariaDb;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** TIMESTAMP values of MySQL, where the clocks change twice a year. */
class SummerTimeTest {

  private static final String WINTER = "2025-01-15 12:00:00";
  private static final String SUMMER = "2025-07-15 12:00:00";

  @Test
  void timestampsOfBothHalvesOfTheYearArriveAsTheyAre() throws Exception {
    ZoneId zone = ZoneId.of("America/St_Johns");
    loadIntoServer(zone);
    try (SyncFixture fixture = plans(zone)) {
      assertThat(fixture.one("plan").errors()).isEmpty();
      assertThat(fixture.rows("select (at at time zone 'UTC')::text from plan order by code"))
          .containsExactly(WINTER, SUMMER);
    }
  }

  @Test
  void aServerThatDoesNotKnowTheZoneIsReadAtTodaysOffsetAndSaidSoOnce() throws Exception {
    ZoneId zone = ZoneId.of("Europe/Berlin");
    Logger logger = (Logger) LoggerFactory.getLogger(MySqlSnapshots.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
    try (SyncFixture fixture = plans(zone)) {
      assertThat(fixture.one("plan").status()).isEqualTo("ok");
      assertThat(fixture.one("plan").status()).isEqualTo("unchanged");
      String half =
          zone.getRules().isDaylightSavings(Instant.now()) ? SUMMER : WINTER; // the right one now
      assertThat(fixture.rows("select (at at time zone 'UTC')::text from plan")).contains(half);
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsExactly(
              "Connection %s: the server knows no time zone Europe/Berlin, so its TIMESTAMP values are read at today's offset %s; those of the other half of the year are an hour off, and change when the clocks do - load its time zone tables (mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql mysql)"
                  .formatted(fixture.legacy.name(), zone.getRules().getOffset(Instant.now())));
    } finally {
      logger.setAdditive(true);
      logger.detachAppender(log);
    }
  }

  private static SyncFixture plans(ZoneId zone) throws Exception {
    SyncFixture fixture =
        new SyncFixture(
            "create table plan (code text primary key, at timestamptz"
                + SyncFixture.TRACKING
                + ")");
    fixture.timeZone = zone;
    fixture.legacy(
        "create table plan (code varchar(20) primary key, at timestamp null)",
        "set time_zone = '+00:00'",
        "insert into plan values ('A', '%s'), ('B', '%s')".formatted(WINTER, SUMMER));
    return fixture.table("plan", SyncStrategy.FULL_REPLACE).add().start();
  }

  /** What mysql_tzinfo_to_sql does, for some years. */
  private static void loadIntoServer(ZoneId zone) {
    int id = 4711;
    List<String> statements = new ArrayList<>();
    statements.add(
        "insert into time_zone (time_zone_id, use_leap_seconds) values (%d, 'N')".formatted(id));
    statements.add("insert into time_zone_name values ('%s', %d)".formatted(zone.getId(), id));
    Instant from = Instant.parse("2020-01-01T00:00:00Z");
    for (Instant at : List.of(from, from.plusSeconds(180 * 86_400))) {
      boolean summer = zone.getRules().isDaylightSavings(at);
      int offset = zone.getRules().getOffset(at).getTotalSeconds();
      statements.add(
          "insert into time_zone_transition_type values (%d, %d, %d, %d, '%s')"
              .formatted(id, summer ? 1 : 0, offset, summer ? 1 : 0, summer ? "S" : "N"));
    }
    for (int i = 0; i < 20; i++) {
      ZoneOffsetTransition change = zone.getRules().nextTransition(from);
      from = change.getInstant();
      statements.add(
          "insert into time_zone_transition values (%d, %d, %d)"
              .formatted(
                  id, from.getEpochSecond(), zone.getRules().isDaylightSavings(from) ? 1 : 0));
    }
    TestMariaDb.execute("mysql", statements.toArray(String[]::new));
  }
}
