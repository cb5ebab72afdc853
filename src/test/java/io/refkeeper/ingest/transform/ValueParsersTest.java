package io.refkeeper.ingest.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.refkeeper.database.Table.Column;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueParsersTest {

  private static Column column(String type, int typmod) {
    return new SampleDomain().column("c", type, typmod, false, false).table().columns().get(0);
  }

  private static String parse(String type, int typmod, String value, String... formats) {
    return ValueParsers.of(column(type, typmod), List.of(formats)).parse(value);
  }

  private static String parse(String type, String value, String... formats) {
    return parse(type, -1, value, formats);
  }

  private static int numeric(int precision, int scale) {
    return ((precision << 16) | (scale & 0x7ff)) + 4;
  }

  private static void assertBad(String type, int typmod, String value, RejectionReason reason) {
    assertThatThrownBy(() -> parse(type, typmod, value))
        .as(type + " " + value)
        .isInstanceOfSatisfying(
            BadValueException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "1234.5 ! 1234.5",
        "-0.5 ! -0.5",
        "1,234,567.89 ! 1234567.8900",
        "-1,234 ! -1234.0000",
        "１，２３４．５ ! 1234.5000",
        "（1,234.50） ! -1234.5000",
        "(5) ! -5.0000",
        "12.5% ! 0.1250",
        "１２．５％ ! 0.1250",
        "-3% ! -0.0300",
        "- ! 0.0000",
        "— ! 0.0000",
        "－ ! 0.0000",
        "￥1,000 ! 1000.0000",
        "-¥5 ! -5.0000",
        "$-5 ! -5.0000",
        "+7 ! 7.0000",
        "1.5E+3 ! 1500.0000",
        "1e-4 ! 0.0001",
        ".5 ! 0.5000",
        "1 234.5 ! 1234.5000",
        "- ¥ 1 234 567 ! -1234567.0000",
        "( 5 ) ! -5.0000",
        "5 % ! 0.0500",
        "99999999999999.99994 ! 99999999999999.9999",
        "0.30000000000000004 ! 0.30000000000000004",
      })
  void numbersAreReadAsPeopleWriteThem(String written, String expected) {
    assertThat(parse("numeric", numeric(18, 4), written)).isEqualTo(expected);
  }

  @Test
  void whatIsNoNumberIsRefused() {
    for (String value :
        List.of(
            "待确认",
            "1,23,4.5",
            "1,5",
            "1 5",
            "1 234,567",
            "12 .5",
            "1.2.3",
            "--5",
            "5-",
            "1e",
            "NaN",
            "0x10",
            "",
            "%",
            "()",
            "1_000",
            ",5",
            "٣",
            "9".repeat(300))) {
      if (!value.isEmpty()) {
        assertBad("numeric", numeric(18, 4), value, RejectionReason.BAD_NUMBER);
      }
    }
  }

  @Test
  void aNumberMustFitAfterRounding() {
    assertThat(parse("numeric", numeric(4, 2), "99.994")).isEqualTo("99.99");
    assertBad("numeric", numeric(4, 2), "99.995", RejectionReason.OUT_OF_RANGE);
    assertBad("numeric", numeric(4, 2), "-100", RejectionReason.OUT_OF_RANGE);
    assertBad("numeric", numeric(18, 4), "1e15", RejectionReason.OUT_OF_RANGE);
    assertBad("numeric", -1, "1e9999", RejectionReason.OUT_OF_RANGE);
    assertThat(parse("numeric", numeric(3, -2), "12345")).isEqualTo("12300");
    assertThat(parse("numeric", numeric(2, 4), "0.0099")).isEqualTo("0.0099");
    assertBad("numeric", numeric(2, 4), "0.01", RejectionReason.OUT_OF_RANGE);
  }

  @Test
  void randomNumbersMeanTheSameInEverySpelling() {
    long seed = System.nanoTime();
    System.out.println("ValueParsersTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 5000; i++) {
      BigDecimal number = BigDecimal.valueOf(random.nextLong() / 100_000, random.nextInt(5));
      String plain = number.toPlainString();
      String grouped = String.format("%,." + number.scale() + "f", number);
      for (String spelling : List.of(plain, grouped, number.toString())) {
        assertThat(new BigDecimal(parse("numeric", numeric(30, 8), spelling)))
            .as("seed %d: %s", seed, spelling)
            .isEqualByComparingTo(number);
      }
    }
  }

  @Test
  void wholeNumbersMustFitTheirType() {
    assertThat(parse("int2", "-32768")).isEqualTo("-32768");
    assertThat(parse("int4", "1,234")).isEqualTo("1234");
    assertThat(parse("int4", "5.00")).isEqualTo("5");
    assertThat(parse("int4", "007")).isEqualTo("7");
    assertThat(parse("int4", "-07")).isEqualTo("-7");
    assertThat(parse("int4", "-0")).isEqualTo("0");
    assertThat(parse("int4", "0")).isEqualTo("0");
    assertThat(parse("int8", "9223372036854775807")).isEqualTo("9223372036854775807");
    assertBad("int2", -1, "32768", RejectionReason.OUT_OF_RANGE);
    assertBad("int4", -1, "2147483648", RejectionReason.OUT_OF_RANGE);
    assertBad("int8", -1, "9223372036854775808", RejectionReason.OUT_OF_RANGE);
    assertBad("int4", -1, "5.5", RejectionReason.BAD_NUMBER);
    assertBad("int4", -1, "-x", RejectionReason.BAD_NUMBER);
  }

  @Test
  void floatsMustFitTheirType() {
    assertThat(parse("float8", "1,000.5")).isEqualTo("1000.5");
    assertThat(parse("float8", "0")).isEqualTo("0.0");
    assertBad("float4", -1, "1e39", RejectionReason.OUT_OF_RANGE);
    assertBad("float8", -1, "1e-400", RejectionReason.OUT_OF_RANGE);
    assertBad("float8", -1, "Infinity", RejectionReason.BAD_NUMBER);
  }

  @ParameterizedTest
  @CsvSource({
    "202510, 2025-10-01",
    "２０２５１０, 2025-10-01",
    "2025年10月, 2025-10-01",
    "2025年9月, 2025-09-01",
    "25年10月, 2025-10-01",
    "2025-10-01, 2025-10-01",
    "2025-10-31 13:30:00, 2025-10-31",
    "45931, 2025-10-01",
    "45931.75, 2025-10-01",
    "61, 1900-03-01"
  })
  void monthsAreReadInTheUsersSpellings(String written, String expected) {
    String[] formats = {"yyyyMM", "yyyy年M月", "yy年M月", "yyyy-MM-dd", "excel"};
    assertThat(parse("date", written, formats)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2025-1-2, 2025-01-02",
    "2025/10/01, 2025-10-01",
    "2025.10.1, 2025-10-01",
    "20251001, 2025-10-01",
    "2025年10月1日, 2025-10-01",
    "2024-02-29, 2024-02-29"
  })
  void withoutFormatsTheUsualOnesAreTried(String written, String expected) {
    assertThat(parse("date", written)).isEqualTo(expected);
  }

  @Test
  void datesThatTheCalendarDoesNotHaveAreRefused() {
    for (String value :
        List.of(
            "2025-02-29",
            "2025-13-01",
            "20251301",
            "2025年13月",
            "60",
            "abc",
            "1900-02-29",
            "2025-10-01x",
            "2025-10-01 25:00:00",
            "1".repeat(100))) {
      assertBad("date", -1, value, RejectionReason.BAD_DATE);
    }
    assertBad("date", -1, "0000-01-01", RejectionReason.OUT_OF_RANGE);
    assertThatThrownBy(() -> parse("date", "60", "excel"))
        .hasMessage("is no date in the formats excel, yyyy-MM-dd");
    assertThat(parse("date", "0", "excel1904")).isEqualTo("1904-01-01");
  }

  @Test
  void aFormatWithTheDayBeforeTheMonthIsHonoured() {
    assertThat(parse("date", "2025-01-02", "yyyy-dd-MM")).isEqualTo("2025-02-01");
    assertThat(parse("date", "02.01.2025", "dd.MM.yyyy")).isEqualTo("2025-01-02");
  }

  @Test
  void timestampsKeepTimeAndZone() {
    assertThat(parse("timestamp", "2025-10-01")).isEqualTo("2025-10-01 00:00");
    assertThat(parse("timestamp", "2025-10-01T13:30:05.123456"))
        .isEqualTo("2025-10-01 13:30:05.123456");
    assertThat(parse("timestamptz", "2025-10-01 13:30:05+08:00"))
        .isEqualTo("2025-10-01 13:30:05+08:00");
    assertThat(parse("timestamptz", "2025-10-01 13:30:05Z")).isEqualTo("2025-10-01 13:30:05Z");
    assertThat(parse("timestamptz", "2025/10/1 9:05")).isEqualTo("2025-10-01 09:05");
    assertThat(parse("timestamp", "45931.5", "excel")).isEqualTo("2025-10-01 12:00");
    assertThat(parse("time", "13:30:05")).isEqualTo("13:30:05");
    assertThat(parse("time", "9:05")).isEqualTo("09:05");
    assertBad("time", -1, "24:30", RejectionReason.BAD_DATE);
  }

  @Test
  void truthIsWrittenInManyWays() {
    for (String value : List.of("t", "TRUE", "是", "1", "Y", "yes", "１")) {
      assertThat(parse("bool", value)).isEqualTo("true");
    }
    for (String value : List.of("f", "False", "否", "0", "N")) {
      assertThat(parse("bool", value)).isEqualTo("false");
    }
    assertBad("bool", -1, "maybe", RejectionReason.BAD_BOOLEAN);
  }

  @Test
  void uuidsBecomeCanonical() {
    String canonical = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    assertThat(parse("uuid", canonical.toUpperCase())).isEqualTo(canonical);
    assertThat(parse("uuid", "{" + canonical + "}")).isEqualTo(canonical);
    assertThat(parse("uuid", canonical.replace("-", ""))).isEqualTo(canonical);
    assertBad("uuid", -1, canonical + "0", RejectionReason.BAD_UUID);
    assertBad("uuid", -1, "g" + canonical.substring(1), RejectionReason.BAD_UUID);
  }

  @Test
  void jsonMustBeOneValidValue() {
    assertThat(parse("jsonb", "{\"a\": [1, null]}")).isEqualTo("{\"a\": [1, null]}");
    assertThat(parse("jsonb", "5")).isEqualTo("5");
    assertBad("jsonb", -1, "{\"a\": }", RejectionReason.BAD_JSON);
    assertBad("jsonb", -1, "{\"a\": 1", RejectionReason.BAD_JSON);
    assertBad("jsonb", -1, "1 2", RejectionReason.BAD_JSON);
    assertBad("jsonb", -1, "\"\\u0000\"", RejectionReason.NUL_CHARACTER);
    assertBad("jsonb", -1, "[".repeat(5000), RejectionReason.BAD_JSON);
  }

  @Test
  void textIsMeasuredInCodePoints() {
    assertThat(parse("varchar", 7, "中𠀀文")).isEqualTo("中𠀀文");
    assertBad("varchar", 7, "中𠀀文x", RejectionReason.TOO_LONG);
    assertBad("bpchar", 5, "ab", RejectionReason.TOO_LONG);
    assertThat(parse("text", "x".repeat(100_000))).hasSize(100_000);
    assertBad("text", -1, "a\0b", RejectionReason.NUL_CHARACTER);
    assertBad("text", -1, "a\ud800b", RejectionReason.NUL_CHARACTER);
  }

  @Test
  void typesThatJavaDoesNotKnowArePassedAsText() {
    assertThat(parse("inet", "10.0.0.1")).isEqualTo("10.0.0.1");
  }
}
