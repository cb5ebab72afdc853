package io.refkeeper.ingest.transform;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** numeric and numeric(p,s). Rounds as PostgreSQL does, half away from zero. */
final class NumericParser implements ValueParser {

  /** Texts from here on are parsed with care. */
  static final int LONG = 200;

  private final int precision;
  private final int scale;
  private final int wholeDigits;

  /**
   * @param precision -1: no bound
   */
  NumericParser(int precision, int scale) {
    this.precision = precision;
    this.scale = scale;
    this.wholeDigits = precision < 0 ? 100 : precision - scale;
  }

  /** Numbers with fewer whole digits fit however they are rounded. */
  int wholeDigits() {
    return wholeDigits;
  }

  @Override
  public String parse(String value) {
    // A plain number with fewer whole digits than the column holds fits however it is rounded.
    int length = value.length();
    int i = value.charAt(0) == '-' ? 1 : 0;
    int start = i;
    while (i < length && isDigit(value.charAt(i))) {
      i++;
    }
    int whole = i - start;
    if (i < length && value.charAt(i) == '.') {
      i++;
      while (i < length && isDigit(value.charAt(i))) {
        i++;
      }
    }
    return i == length && whole > 0 && whole < wholeDigits && length < LONG ? value : slow(value);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private String slow(String value) {
    BigDecimal number = Numbers.decimal(value);
    if (precision >= 0) {
      number = number.setScale(scale, RoundingMode.HALF_UP);
      if (number.signum() != 0 && number.precision() > precision) {
        throw new BadValueException(
            RejectionReason.OUT_OF_RANGE,
            "has more digits than numeric(" + precision + "," + scale + ") holds");
      }
    }
    return number.toPlainString();
  }
}
