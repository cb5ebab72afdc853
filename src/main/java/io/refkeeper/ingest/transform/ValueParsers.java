package io.refkeeper.ingest.transform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.refkeeper.database.Table.Column;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** The parser of each column type. */
final class ValueParsers {

  private static final Pattern HEX_32 = Pattern.compile("[0-9a-fA-F]{32}");
  private static final Pattern UUID_GROUPS =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final JsonFactory JSON = new JsonFactory();

  private ValueParsers() {}

  /**
   * The parser for a column. Types that Java does not know are passed as text and left to the
   * database.
   *
   * @param formats date patterns of the column's rule; may be empty
   */
  static ValueParser of(Column column, List<String> formats) {
    return switch (column.baseType()) {
      case "int2" -> new IntegerParser("smallint", Short.MIN_VALUE, Short.MAX_VALUE);
      case "int4" -> new IntegerParser("integer", Integer.MIN_VALUE, Integer.MAX_VALUE);
      case "int8" -> new IntegerParser("bigint", Long.MIN_VALUE, Long.MAX_VALUE);
      case "numeric" -> new NumericParser(column.precision(), column.scale());
      case "float4" -> value -> floating(value, Float.MAX_VALUE, Float.MIN_VALUE);
      case "float8" -> value -> floating(value, Double.MAX_VALUE, Double.MIN_VALUE);
      case "bool" -> ValueParsers::bool;
      case "date" -> new DateParser(DateParser.Result.DATE, formats);
      case "timestamp" -> new DateParser(DateParser.Result.TIMESTAMP, formats);
      case "timestamptz" -> new DateParser(DateParser.Result.TIMESTAMP_WITH_ZONE, formats);
      case "time" -> new DateParser(DateParser.Result.TIME, formats);
      case "uuid" -> ValueParsers::uuid;
      case "json", "jsonb" -> ValueParsers::json;
      default -> new TextParser(column.maxLength());
    };
  }

  private static String floating(String value, double max, double min) {
    double number = Numbers.decimal(value).doubleValue();
    boolean tooSmall = number == 0 ? Numbers.decimal(value).signum() != 0 : Math.abs(number) < min;
    if (Math.abs(number) > max || tooSmall) {
      throw new BadValueException(
          RejectionReason.OUT_OF_RANGE, "is too large or too small for the column");
    }
    return Double.toString(number);
  }

  private static String bool(String value) {
    return switch (Numbers.halfWidth(value).toLowerCase(Locale.ROOT)) {
      case "t", "true", "y", "yes", "on", "1", "是", "真" -> "true";
      case "f", "false", "n", "no", "off", "0", "否", "假" -> "false";
      default ->
          throw new BadValueException(
              RejectionReason.BAD_BOOLEAN, "is neither true nor false (true/false, 是/否, Y/N, 1/0)");
    };
  }

  private static String uuid(String value) {
    String bare =
        value.startsWith("{") && value.endsWith("}")
            ? value.substring(1, value.length() - 1)
            : value;
    if (UUID_GROUPS.matcher(bare).matches()) {
      return bare.toLowerCase(Locale.ROOT);
    }
    if (HEX_32.matcher(bare).matches()) {
      long high = Long.parseUnsignedLong(bare, 0, 16, 16);
      return new UUID(high, Long.parseUnsignedLong(bare, 16, 32, 16)).toString();
    }
    throw new BadValueException(RejectionReason.BAD_UUID, "is no UUID");
  }

  private static String json(String value) {
    try (JsonParser parser = JSON.createParser(value)) {
      int depth = 0;
      JsonToken token = parser.nextToken();
      while (token != null) {
        boolean text = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
        if (text && parser.getText().indexOf('\0') >= 0) {
          throw new BadValueException(
              RejectionReason.NUL_CHARACTER, "contains a character that no text can hold");
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        token = parser.nextToken();
        if (depth == 0 && token != null) {
          throw new BadValueException(RejectionReason.BAD_JSON, "is more than one JSON value");
        }
      }
      return value;
    } catch (IOException e) {
      throw new BadValueException(
          RejectionReason.BAD_JSON, "is no JSON: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }
}
