package io.refkeeper.ingest.transform;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.refkeeper.database.Table.Column;
import io.refkeeper.ingest.reader.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a cell holds, the parser of each type takes it or refuses it, and takes its own form.
 */
class ValueFuzzTest {

  private static final List<String> TYPES =
      List.of(
          "int2",
          "int4",
          "int8",
          "numeric",
          "float4",
          "float8",
          "bool",
          "date",
          "timestamp",
          "timestamptz",
          "time",
          "uuid",
          "json",
          "text");

  /** A large number in full may be longer than what is read as a number. */
  private static final int MAX_LENGTH = 200;

  private static final List<ValueParser> PARSERS =
      TYPES.stream().map(type -> ValueParsers.of(column(type), List.of())).toList();
  private static final ValueParser DATE =
      ValueParsers.of(column("date"), List.of("yyyyMM", "yy年M月", "d.M.yyyy", "excel", "excel1904"));
  private static final ValueParser NUMBER =
      ValueParsers.of(new SampleDomain().numeric("c", 18, 4).table().columns().get(0), List.of());

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void anyValueIsTakenOrRefused(byte[] content) {
    String value = Text.trim(new String(content, StandardCharsets.UTF_8));
    if (!value.isEmpty()) {
      PARSERS.forEach(parser -> parse(parser, value));
      parse(DATE, value);
      parse(NUMBER, value);
    }
  }

  private static void parse(ValueParser parser, String value) {
    String parsed;
    try {
      parsed = parser.parse(value);
    } catch (BadValueException e) {
      return;
    }
    if (parsed.length() > MAX_LENGTH) {
      return;
    }
    String again = parser.parse(parsed);
    if (!again.equals(parsed)) {
      throw new IllegalStateException(value + " is " + parsed + ", which is " + again);
    }
  }

  private static Column column(String type) {
    return new SampleDomain().column("c", type).table().columns().get(0);
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "1",
            "-5",
            "1,234.5",
            "(1,234.50)",
            "12.5%",
            "¥1,000",
            "1.5E+3",
            "-",
            "１２３",
            "1e400",
            "2025-10-01",
            "2025年10月",
            "202510",
            "45931.5",
            "2025-10-01T13:30:00.123+08:00",
            "12:30",
            "true",
            "是",
            "{\"a\":[1,\"\\u0000\"]}",
            "00000000-0000-0000-0000-000000000000",
            "{00000000000000000000000000000000}",
            "𠀀\0",
            "NaN",
            "0.1E-300")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }
}
