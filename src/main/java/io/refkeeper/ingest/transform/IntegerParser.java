package io.refkeeper.ingest.transform;

import java.math.BigDecimal;
import java.math.BigInteger;

/** smallint, integer and bigint. */
final class IntegerParser implements ValueParser {

  /** So many digits fit a long whatever they are. */
  private static final int SAFE_DIGITS = 18;

  private final String type;
  private final long min;
  private final long max;

  IntegerParser(String type, long min, long max) {
    this.type = type;
    this.min = min;
    this.max = max;
  }

  @Override
  public String parse(String value) {
    int length = value.length();
    int start = value.charAt(0) == '-' ? 1 : 0;
    if (length == start || length - start > SAFE_DIGITS) {
      return slow(value);
    }
    long number = 0;
    for (int i = start; i < length; i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return slow(value);
      }
      number = number * 10 + digit;
    }
    number = start == 1 ? -number : number;
    if (number < min || number > max) {
      throw outOfRange();
    }
    // 07 and 7 are one key and one scope: each number has one spelling
    boolean zeroFirst = value.charAt(start) == '0' && length > 1;
    return zeroFirst ? Long.toString(number) : value;
  }

  private String slow(String value) {
    BigDecimal number = Numbers.decimal(value);
    BigInteger whole;
    try {
      whole = number.toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw new BadValueException(RejectionReason.BAD_NUMBER, "is no whole number");
    }
    if (whole.bitLength() > 63 || whole.longValue() < min || whole.longValue() > max) {
      throw outOfRange();
    }
    return whole.toString();
  }

  private BadValueException outOfRange() {
    return new BadValueException(
        RejectionReason.OUT_OF_RANGE, "is out of range for the type " + type);
  }
}
