package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fast a table is synced first, and again unchanged; run by hand: {@code mvn test
 * -Dtest=SyncSpeed -DargLine=-Drows=1000000}. Logs a warning, so that it is seen.
 */
class SyncSpeed {

  private static final Logger LOG = LoggerFactory.getLogger(SyncSpeed.class);

  @Test
  void firstAndUnchanged() throws Exception {
    int rows = Integer.getInteger("rows", 300_000);
    try (SyncFixture fixture =
        new SyncFixture(
            "create table plan (code varchar(20) primary key, name text, kind varchar(40), since date, members int, amount numeric(18, 2)"
                + SyncFixture.TRACKING
                + ")")) {
      fixture.legacy(
          "create table plan (code varchar(20) primary key, name varchar(60), kind varchar(40), since date, members int, amount decimal(18, 2))",
          "insert into plan select concat('P', seq), concat('年金计划 ', seq), 'single', '2025-10-31', seq mod 1000, seq / 7 from seq_1_to_%d"
              .formatted(rows));
      fixture.table("plan", SyncStrategy.FULL_REPLACE).add().start();
      for (String run : new String[] {"first", "unchanged", "unchanged again"}) {
        long before = System.nanoTime();
        TableReport report = fixture.one("plan");
        assertThat(report.errors()).isEmpty();
        double seconds = (System.nanoTime() - before) / 1e9;
        LOG.warn("{}: {} rows in {} s, {} rows/s", run, rows, seconds, (long) (rows / seconds));
      }
    }
  }
}
