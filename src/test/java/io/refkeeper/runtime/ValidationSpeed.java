package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the validation costs on a large shop: {@code mvn -q test -Dtest=ValidationSpeed
 * -Dvalidation.rows=N} (2,000,000 facts, a twentieth of them clients); prints the seconds.
 */
class ValidationSpeed {

  @TempDir static Path home;

  @Test
  void ofALargeShop() throws Exception {
    long rows = Long.getLong("validation.rows", 2_000_000);
    try (GovernanceFixture shop = new GovernanceFixture(home)) {
      shop.reset();
      shop.sql.execute(
          """
          insert into s.client (code, _source) select 'K' || n, case n %% 100 when 0 then 'auto_derived' else 'authoritative' end
            from generate_series(1, %1$d / 20) n;
          insert into s.sale select '2025-10-01', 'K' || (n %% (%1$d / 20) + 1), 'F1', 'north', 1, n from generate_series(1, %1$d) n;
          insert into s.sale (day, client) values ('2025-10-01', 'ORPHAN');
          analyze;
          """
              .formatted(rows));
      Instant begun = Instant.now();
      assertThat(shop.findings())
          .containsExactly("fact_orphan s.sale (client) 1/1 'ORPHAN' (1 row)");
      System.out.printf(
          "%,d facts validated in %d ms%n",
          rows, Duration.between(begun, Instant.now()).toMillis());
    }
  }
}
