package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a million waiting rows take, and that they need little memory; run by hand: {@code
 * _JAVA_OPTIONS=-Xmx256m mvn test -Dtest=ReleaseSpeed -Drows=1000000}. Logs a warning, so that it
 * is seen.
 */
class ReleaseSpeed {

  private static final Logger LOG = LoggerFactory.getLogger(ReleaseSpeed.class);

  @TempDir Path home;

  @Test
  void manyWaitingRows() throws Exception {
    int rows = Integer.getInteger("rows", 100_000);
    try (IngestFixture fixture =
        IngestFixture.of(
            home,
            ReleaseTest.TABLES + "insert into r.item values ('A'); insert into r.shop values (1);",
            ReleaseTest.DOMAINS)) {
      fixture.ingest("sale1.csv", "item,shop,n", "A,1,1");
      fixture.jdbc.update(
          """
          insert into refkeeper.quarantine
            (load_run_id, domain, file_name, line, reason_code, reason, original, fields, keys)
          select l.id, 'sale', 'sale1.csv', n + 10, 'unknown_key', 'r', 'K' || n % 5000 || ',1,1',
            jsonb_build_object('item', 'K' || n % 5000, 'shop', '1', 'n', '1'),
            jsonb_build_object('fk_item', array['K' || n % 5000], 'fk_shop', array['1'])
          from refkeeper.load_run l, generate_series(1, ?) n
          """,
          rows);
      fixture.jdbc.execute("analyze refkeeper.quarantine");
      tell("none of their parents is there", rows, fixture, 0);
      fixture.jdbc.update("insert into r.item select 'K' || n from generate_series(0, 4999) n");
      fixture.jdbc.execute("analyze r.item");
      tell("all of them released", rows, fixture, rows);
      assertThat(fixture.count("r.sale")).isEqualTo(rows + 1);
    }
  }

  private static void tell(String what, int rows, IngestFixture fixture, long expected) {
    long start = System.nanoTime();
    assertThat(fixture.release().rowsReleased()).isEqualTo(expected);
    double seconds = (System.nanoTime() - start) / 1e9;
    LOG.warn(
        "{} waiting rows, {}: {} s, {} rows/s, heap of at most {} MB",
        rows,
        what,
        seconds,
        (long) (rows / seconds),
        Runtime.getRuntime().maxMemory() >> 20);
  }
}
