package io.refkeeper.benchmark;

import io.refkeeper.database.embedded.EmbeddedMariaDb;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The legacy server of W10: an embedded MariaDB with one table, {@code plan}. */
final class LegacyPlans implements AutoCloseable {

  /** Every row whose number is a multiple of this is changed. */
  private static final int CHANGED_EACH = 100;

  private static final String TABLE =
      """
      create or replace table plan (
        code varchar(20) primary key, name varchar(60), kind varchar(40), since date,
        members int, amount decimal(18, 2))""";

  private final EmbeddedMariaDb server;

  private LegacyPlans(EmbeddedMariaDb server) {
    this.server = server;
  }

  /**
   * Starts the server.
   *
   * @param folder the benchmark's own; what it has of such a server is used
   * @param binaries where the programs of embedded servers are unpacked
   */
  static LegacyPlans start(Path folder, Path binaries) {
    return new LegacyPlans(EmbeddedMariaDb.start(folder, binaries));
  }

  /** How many rows {@link #change} changes. */
  static int changed(int rows) {
    return rows / CHANGED_EACH;
  }

  /** Makes the table anew, with so many rows. */
  void fill(int rows) {
    execute(
        TABLE,
        """
        insert into plan
        select concat('P', seq), concat('年金计划 ', seq), 'single', '2025-10-31', seq mod 1000, seq / 7
        from seq_1_to_%d"""
            .formatted(rows),
        "analyze table plan");
  }

  /** Changes one value of one row in a hundred. */
  void change() {
    execute("update plan set amount = amount + 1 where members mod %d = 0".formatted(CHANGED_EACH));
  }

  private void execute(String... statements) {
    SingleConnectionDataSource connection =
        new SingleConnectionDataSource(
            server.jdbcUrl() + "?sslMode=DISABLED", server.owner(), server.ownerPassword(), true);
    try {
      JdbcTemplate legacy = new JdbcTemplate(connection);
      for (String statement : statements) {
        legacy.execute(statement);
      }
    } finally {
      connection.destroy();
    }
  }

  /** What the benchmark's configuration reads to find the server. */
  Map<String, String> environment() {
    return Map.of(
        "LEGACY_PORT", Integer.toString(server.port()),
        "LEGACY_USER", server.reader(),
        "LEGACY_PASSWORD", server.readerPassword());
  }

  @Override
  public void close() {
    server.close();
  }
}
