package io.refkeeper.ingest;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;

/**
 * Prints rows per second of a load with four text foreign keys, all known, beside plain COPY of the
 * same file into the same table and into one without foreign keys; no test, started by hand.
 */
public final class LoadingSpeed {

  private static final int KEYS = 10_000;
  private static final int NUMBERS = 10;

  private static final String DOMAIN =
      """
      domains:
        fact:
          files: ["fact*.csv"]
          target_schema: speed
          target_table: fact
          load_mode: append
          foreign_keys:
      """;

  private LoadingSpeed() {}

  public static void main(String[] arguments) throws Exception {
    int rows = Integer.parseInt(arguments[0]);
    Path home = Files.createTempDirectory("speed");
    Path csv = home.resolve("fact.csv");
    write(csv, rows);
    String keys =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    "      - {name: k%1$d, source_column: k%1$d, target_schema: speed, target_table: p%1$d, target_key: code}\n"
                        .formatted(i))
            .collect(Collectors.joining());
    try (IngestFixture fixture =
        new IngestFixture(
            tables(),
            IngestFixture.configuration(
                home, DOMAIN + keys, "strategy: hybrid\n", "reference_tables: {}\n"),
            home,
            false,
            10_000)) {
      for (int round = 0; round < 3; round++) {
        measure("COPY, four foreign keys", rows, () -> copy(fixture, csv, "speed.fact"));
        fixture.jdbc.execute("truncate speed.fact");
        measure("COPY, no foreign keys", rows, () -> copy(fixture, csv, "speed.bare"));
        fixture.jdbc.execute("truncate speed.bare");
        measure(
            "refkeeper",
            rows,
            () -> fixture.ingest(Delivery.of(csv, null, false, true, Delivery.Progress.NONE)));
        fixture.jdbc.execute("truncate speed.fact");
      }
    } finally {
      Files.delete(csv);
    }
  }

  private static String tables() {
    StringBuilder sql = new StringBuilder("create schema speed;\n");
    for (int i = 0; i < 4; i++) {
      sql.append(
          "create table speed.p%1$d (code text primary key); insert into speed.p%1$d select 'K%1$d' || g from generate_series(0, %2$d) g; analyze speed.p%1$d;\n"
              .formatted(i, KEYS));
    }
    String columns =
        "month date, k0 text%s, k1 text%s, k2 text%s, k3 text%s, name text, "
            + IntStream.range(0, 6)
                .mapToObj(i -> "t" + i + " text")
                .collect(Collectors.joining(", "))
            + IntStream.range(0, NUMBERS)
                .mapToObj(i -> ", n" + i + " numeric(18,4)")
                .collect(Collectors.joining());
    sql.append(
        "create table speed.fact (%s);\n"
            .formatted(
                columns.formatted(
                    " references speed.p0",
                    " references speed.p1",
                    " references speed.p2",
                    " references speed.p3")));
    sql.append("create table speed.bare (%s);\n".formatted(columns.formatted("", "", "", "")));
    return sql.toString();
  }

  private static void write(Path file, int rows) throws IOException {
    Random random = new Random(7);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("month,k0,k1,k2,k3,name");
      for (int i = 0; i < 6; i++) {
        out.write(",t" + i);
      }
      for (int i = 0; i < NUMBERS; i++) {
        out.write(",n" + i);
      }
      for (int r = 0; r < rows; r++) {
        out.write("\n2025-10-01");
        for (int i = 0; i < 4; i++) {
          out.write(",K" + i + random.nextInt(i == 3 ? 40 : KEYS));
        }
        out.write(",太湖黄山企业年金计划" + r % 977);
        for (int i = 0; i < 6; i++) {
          out.write(",text value " + random.nextInt(100));
        }
        for (int i = 0; i < NUMBERS; i++) {
          out.write("," + random.nextInt(100_000_000) + "." + (1000 + random.nextInt(9000)));
        }
      }
      out.write("\n");
    }
  }

  private static long copy(IngestFixture fixture, Path csv, String table) throws Exception {
    try (Connection connection = fixture.database.getConnection();
        InputStream in = Files.newInputStream(csv)) {
      return connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("copy " + table + " from stdin with (format csv, header)", in, 1 << 16);
    }
  }

  /** What is measured. */
  private interface Work {
    Object run() throws Exception;
  }

  private static void measure(String what, int rows, Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%-24s %,d rows in %.1f s: %,.0f rows/s%n", what, rows, seconds, rows / seconds);
  }
}
