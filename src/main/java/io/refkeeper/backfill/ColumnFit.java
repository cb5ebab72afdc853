package io.refkeeper.backfill;

import io.refkeeper.database.Table.Column;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;

/** Whether a derived value can be stored in a column of the parent. */
final class ColumnFit {

  private ColumnFit() {}

  /**
   * Checks length, range and form for the types that have them; a value of any other type is left
   * to the database.
   *
   * @return what is wrong, for people; null when the value fits
   */
  static String problem(Column column, String value) {
    try {
      return switch (column.baseType()) {
        case "varchar", "bpchar" -> length(column, value);
        case "int2" -> range(value, Short.MIN_VALUE, Short.MAX_VALUE);
        case "int4" -> range(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        case "int8" -> range(value, Long.MIN_VALUE, Long.MAX_VALUE);
        case "numeric" -> digits(column, new BigDecimal(value));
        case "date" -> {
          LocalDate.parse(value);
          yield null;
        }
        default -> null;
      };
    } catch (NumberFormatException | DateTimeException e) {
      return "'%s' is not of type %s".formatted(value, column.declaredType());
    }
  }

  private static String length(Column column, String value) {
    int length = value.codePointCount(0, value.length());
    return column.maxLength() >= 0 && length > column.maxLength()
        ? "'%s' has %d characters, %s takes %d"
            .formatted(shortened(value), length, column.declaredType(), column.maxLength())
        : null;
  }

  private static String range(String value, long min, long max) {
    BigDecimal number = new BigDecimal(value);
    boolean fits =
        number.compareTo(BigDecimal.valueOf(min)) >= 0
            && number.compareTo(BigDecimal.valueOf(max)) <= 0
            && number.stripTrailingZeros().scale() <= 0;
    return fits ? null : "'%s' is not between %d and %d".formatted(value, min, max);
  }

  private static String digits(Column column, BigDecimal number) {
    if (column.precision() < 0) {
      return null;
    }
    // before the rounding, which would write out every zero of 1e999999999
    long wholeDigits = (long) number.precision() - number.scale();
    boolean tooLong = number.signum() != 0 && wholeDigits > column.precision() - column.scale();
    if (!tooLong && wholeDigits >= -column.scale()) {
      BigDecimal rounded = number.setScale(column.scale(), RoundingMode.HALF_UP);
      tooLong = rounded.signum() != 0 && rounded.precision() > column.precision();
    }
    return tooLong
        ? "%s has more digits than %s takes".formatted(number, column.declaredType())
        : null;
  }

  private static String shortened(String value) {
    return value.length() <= 40 ? value : value.substring(0, 40) + "…";
  }
}
