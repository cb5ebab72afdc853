package io.refkeeper.database.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.testing.TestPostgres;
import io.refkeeper.testing.TestPostgres.Server;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What is sent in binary form is stored as the same text would be, on the oldest and newest server.
 */
class BinaryTypeTest {

  private static final int RANDOM_VALUES = 2_000;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  /**
   * Values of a type.
   *
   * @param binary texts that have to go in binary form
   * @param text texts that have to be left to the server
   */
  private record Sample(String type, List<String> binary, List<String> text) {}

  private List<Sample> samples() {
    List<String> words = List.of("", " ", "a", "计划", "𠮷", "a\\b\tc\r\n", "\\N", "x".repeat(3_000));
    List<String> json =
        List.of("1", "\"a\\u00e4\"", "{\"b\": [1, 2.50], \"a\": null}", "{\"计\":1}");
    List<String> days =
        with(
            List.of("0001-01-01", "1582-10-15", "1999-12-31", "2000-01-01", "9999-12-31"),
            this::day);
    List<String> oddDays = List.of("2025-1-2", "infinity", "20250102", "epoch", "0044-03-15 BC");
    List<String> clocks =
        with(List.of("00:00", "23:59:59.999999", "00:00:00.0000005"), this::clock);
    List<String> stamps = with(List.of("0001-01-01 00:00"), () -> day() + " " + clock());
    List<String> oddStamps =
        List.of(
            "2025-01-02", "2025-01-02T03:04", "infinity", "2025-01-02 24:00", "2025-01-02 3:04");
    List<String> numbers =
        with(
            List.of(
                "0",
                "-0",
                "0.0",
                "-0.00",
                "007",
                "00.5",
                "1.",
                "10000",
                "0.0001",
                "0.00001",
                "99990000",
                "1" + "0".repeat(200),
                "0." + "0".repeat(150) + "7",
                "-1.50"),
            () -> number(60, 30));
    List<String> oddNumbers = List.of("NaN", ".5", "1e5", "+1", " 1", "1".repeat(600));
    return List.of(
        new Sample("text", words, List.of()),
        new Sample("varchar(3000)", words, List.of()),
        new Sample("char(3)", List.of("a", "abc", "计划", "ab   "), List.of()),
        new Sample("word", words, List.of()),
        new Sample("json", json, List.of()),
        new Sample("jsonb", json, List.of()),
        new Sample("boolean", List.of("true", "false"), List.of("t", "no", "1")),
        new Sample(
            "smallint",
            with(List.of("0", "-32768", "32767"), () -> whole(16)),
            List.of("+1", " 1")),
        new Sample("integer", with(List.of("-2147483648"), () -> whole(32)), List.of("+1", "1 ")),
        new Sample(
            "bigint",
            with(
                List.of(
                    "-0",
                    "007",
                    "1790000000000000000",
                    Long.toString(Long.MIN_VALUE),
                    Long.toString(Long.MAX_VALUE)),
                () -> whole(63)),
            List.of("+1", "00000000000000000007")),
        new Sample(
            "positive",
            with(List.of("1"), () -> 1 + random.nextInt(9_998) + "." + random.nextInt(1_000)),
            List.of()),
        new Sample("numeric", numbers, oddNumbers),
        new Sample(
            "numeric(18,4)",
            with(List.of("0.00005", "-0.00005", "0.00004"), () -> number(14, 9)),
            List.of("1e3", "NaN")),
        new Sample(
            "numeric(4,-2)",
            with(List.of("50", "49", "-50", "149.9"), () -> number(5, 3)),
            List.of()),
        new Sample(
            "real",
            with(
                List.of("0", "-0", "1.17549435E-38", "3.4028235E38", "0.1", "1E10"),
                () ->
                    Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30))),
            List.of("1e-40", "Infinity", "NaN")),
        new Sample(
            "double precision",
            with(
                List.of(
                    "0.1", "-0.0", "1.0E10", "1.7976931348623157E308", "2.2250738585072014E-308"),
                () ->
                    Double.toString(
                        random.nextGaussian() * Math.pow(10, random.nextInt(500) - 250))),
            List.of("4.9E-324", "Infinity", "NaN")),
        new Sample("date", days, oddDays),
        new Sample("time", clocks, List.of("3:04", "24:00", "030405", "03:04:05.1234567891")),
        new Sample("time(2)", clocks, List.of()),
        new Sample("timestamp", stamps, oddStamps),
        new Sample("timestamp(0)", stamps, List.of()),
        new Sample(
            "uuid",
            with(
                List.of("00000000-0000-0000-0000-000000000000"),
                () -> new java.util.UUID(random.nextLong(), random.nextLong()).toString()),
            List.of("{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11")));
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void whatIsStoredIsWhatTheServerMakesOfTheText(Server server) throws SQLException {
    try (HikariDataSource database = TestPostgres.newDatabase(server)) {
      JdbcTemplate jdbc = new JdbcTemplate(database);
      jdbc.execute(
          """
          create domain word as text check (value <> 'none');
          create domain positive as numeric(6, 2) check (value > 0);
          """);
      for (Sample sample : samples()) {
        jdbc.execute(
            "drop table if exists sent, expected; create table sent (n int, v %1$s); create table expected (n int, v %1$s)"
                .formatted(sample.type()));
        List<String> all = new ArrayList<>(sample.binary());
        all.addAll(sample.text());
        EncodedRows sent = rows(all, List.of(BinaryType.INTEGER, type(database)));
        assertThat(count(sent, CopyFormat.BINARY))
            .as("%s, seed %d", sample.type(), seed)
            .isEqualTo(sample.binary().size());
        assertThat(count(sent, CopyFormat.TEXT)).as(sample.type()).isEqualTo(sample.text().size());
        copy(database, "sent", sent);
        copy(database, "expected", rows(all, List.of()));
        assertThat(
                jdbc.queryForList(
                    """
                    select n || ': ' || coalesce(s.v::text, 'NULL') || ' instead of ' || coalesce(e.v::text, 'NULL')
                    from sent s full join expected e using (n)
                    where s.v::text is distinct from e.v::text or pg_column_size(s.v) <> pg_column_size(e.v)
                    """,
                    String.class))
            .as("%s, seed %d", sample.type(), seed)
            .isEmpty();
        assertThat(jdbc.queryForObject("select count(*) from sent", Long.class))
            .isEqualTo(all.size());
      }
    }
  }

  @Test
  void lengthAndChecksOfTheColumnHoldForBinaryFormToo() {
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      JdbcTemplate jdbc = new JdbcTemplate(database);
      jdbc.execute("create domain word as text check (value <> 'none')");
      refuses(database, "varchar(3)", "abcd", "22001");
      refuses(database, "numeric(4,2)", "99.999", "22003");
      refuses(database, "word", "none", "23514");
      refuses(database, "jsonb", "{", "22P02");
      refuses(database, "bigint", "9223372036854775808", "22003");
      refuses(database, "bigint", "-9223372036854775809", "22003");
      refuses(database, "bigint", "9999999999999999999", "22003");
      refuses(database, "double precision", "1E-400", "22003");
      refuses(database, "real", "1E-50", "22003");
    }
  }

  private static void refuses(HikariDataSource database, String type, String text, String state) {
    new JdbcTemplate(database)
        .execute("drop table if exists sent; create table sent (n int, v %s)".formatted(type));
    assertThatThrownBy(
            () ->
                copy(
                    database,
                    "sent",
                    rows(List.of(text), List.of(BinaryType.INTEGER, type(database)))))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
  }

  @Test
  void otherTypesAndTypesOfSomebodysOwnTakeTextsOnly() {
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      new JdbcTemplate(database)
          .execute(
              """
              create schema own;
              create type own.date as enum ('today');
              create table sent (a own.date, b timestamptz, c int[], d inet, e interval, f oid);
              """);
      assertThat(columns(database))
          .hasSize(6)
          .allSatisfy(c -> assertThat(BinaryType.of(c)).isEmpty());
    }
  }

  private static BinaryType type(HikariDataSource database) {
    return BinaryType.of(columns(database).get(1)).orElseThrow();
  }

  private static List<Column> columns(HikariDataSource database) {
    return new Catalog(database).table(new TableName("public", "sent")).orElseThrow().columns();
  }

  private static EncodedRows rows(List<String> values, List<BinaryType> types) {
    EncodedRows rows = new EncodedRows(types);
    for (int i = 0; i < values.size(); i++) {
      do {
        rows.beginRow();
        rows.value(Integer.toString(i));
        rows.value(values.get(i));
      } while (!rows.endRow());
    }
    return rows;
  }

  private static long count(EncodedRows rows, CopyFormat format) throws SQLException {
    long[] count = {0};
    rows.send((as, bytes, length, size) -> count[0] += as == format ? size : 0);
    return count[0];
  }

  private static void copy(HikariDataSource database, String table, EncodedRows rows)
      throws SQLException {
    try (Connection connection = database.getConnection()) {
      rows.send(
          (format, bytes, length, size) -> {
            CopyIn copy =
                connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy %s from stdin with (%s)".formatted(table, format.options()));
            format.begin(copy);
            copy.writeToCopy(bytes, 0, length);
            format.end(copy);
            assertThat(copy.endCopy()).isEqualTo(size);
          });
    }
  }

  private List<String> with(List<String> fixed, Supplier<String> more) {
    return Stream.concat(fixed.stream(), Stream.generate(more).limit(RANDOM_VALUES)).toList();
  }

  private String whole(int bits) {
    return new BigInteger(bits - 1, random).subtract(BigInteger.ONE.shiftLeft(bits - 2)).toString();
  }

  private String number(int whole, int fraction) {
    BigDecimal number =
        new BigDecimal(new BigInteger(random.nextInt(200), random), random.nextInt(fraction));
    BigDecimal bounded = number.remainder(BigDecimal.TEN.pow(1 + random.nextInt(whole)));
    return (random.nextBoolean() ? bounded : bounded.negate()).toPlainString();
  }

  private String day() {
    return java.time.LocalDate.of(1 + random.nextInt(9_999), 1, 1)
        .withDayOfYear(1 + random.nextInt(365))
        .toString();
  }

  private String clock() {
    long nanos = random.nextLong(86_400_000_000_000L);
    long unit = (long) Math.pow(10, random.nextInt(14));
    return java.time.LocalTime.ofNanoOfDay(nanos / unit * unit).toString();
  }
}
