package io.refkeeper.database.copy;

import java.nio.charset.StandardCharsets;

/** Numbers in binary form. */
final class BinaryNumbers {

  /** A long has at most so many digits. */
  private static final int MOST_DIGITS = 19;

  /** Decimal digits of one digit of a numeric, whose base is 10,000. */
  private static final int GROUP = 4;

  /** Far less than a numeric can hold; longer ones are rare. */
  private static final int LONGEST_NUMERIC = 500;

  private static final int POSITIVE = 0;
  private static final int NEGATIVE = 0x4000;

  private BinaryNumbers() {}

  /** Whole numbers, in two's complement. */
  static boolean integer(byte[] text, int start, int end, int size, BinaryRows into) {
    int first = start < end && text[start] == '-' ? start + 1 : start;
    if (first == end || end - first > MOST_DIGITS) {
      return false;
    }
    long value = 0;
    for (int i = first; i < end; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      value = value * 10 - digit; // below zero there is one number more
    }
    boolean negative = first > start;
    if (value > 0 || !negative && value == Long.MIN_VALUE) {
      return false;
    }
    value = negative ? value : -value;
    into.int32(size);
    switch (size) {
      case Short.BYTES -> {
        into.int16((int) value);
        return value == (short) value;
      }
      case Integer.BYTES -> {
        into.int32((int) value);
        return value == (int) value;
      }
      default -> {
        into.int64(value);
        return true;
      }
    }
  }

  /** Decimal notation with or without an exponent, rounded to the nearest as the server does. */
  static boolean floating(byte[] text, int start, int end, int size, BinaryRows into) {
    boolean zero = true;
    boolean exponent = false;
    for (int i = start; i < end; i++) {
      byte b = text[i];
      exponent |= b == 'E';
      zero &= exponent || b < '1' || b > '9';
      boolean plain = b >= '0' && b <= '9' || b == '.' || b == '-' || b == '+' || b == 'E';
      if (!plain) {
        return false;
      }
    }
    String number = new String(text, start, end - start, StandardCharsets.US_ASCII);
    try {
      into.int32(size);
      if (size == Float.BYTES) {
        float value = Float.parseFloat(number);
        into.int32(Float.floatToRawIntBits(value));
        return zero || isOrdinary(value, Float.MIN_NORMAL);
      }
      double value = Double.parseDouble(number);
      into.int64(Double.doubleToRawLongBits(value));
      return zero || isOrdinary(value, Double.MIN_NORMAL);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Whether nobody can be of another opinion about overflow and underflow. */
  private static boolean isOrdinary(double value, double smallest) {
    return Math.abs(value) >= smallest && !Double.isInfinite(value);
  }

  /**
   * Digits, with or without a point and a sign in front: the number of digits to the base of
   * 10,000, the weight of the first, the sign, the decimal digits behind the point, the digits.
   */
  static boolean numeric(byte[] text, int start, int end, BinaryRows into) {
    if (end - start > LONGEST_NUMERIC) {
      return false;
    }
    boolean negative = start < end && text[start] == '-';
    int first = negative ? start + 1 : start;
    while (first < end - 1 && text[first] == '0' && text[first + 1] != '.') {
      first++;
    }
    int point = first;
    while (point < end && text[point] != '.') {
      point++;
    }
    int whole = point - first;
    if (whole == 0) {
      return false;
    }
    int fraction = Math.max(0, end - point - 1);
    int head = into.length();
    into.int32(0);
    int wholeGroups = (whole + GROUP - 1) / GROUP;
    int groups = wholeGroups + (fraction + GROUP - 1) / GROUP;
    into.int16(groups);
    into.int16(wholeGroups - 1);
    into.int16(negative ? NEGATIVE : POSITIVE);
    into.int16(fraction);
    int firstDigits = (whole - 1) % GROUP + 1;
    boolean digits = group(text, first, first + firstDigits, firstDigits, into);
    for (int i = first + firstDigits; i < point; i += GROUP) {
      digits &= group(text, i, i + GROUP, GROUP, into);
    }
    for (int i = point + 1; i < end; i += GROUP) {
      digits &= group(text, i, Math.min(end, i + GROUP), GROUP, into);
    }
    into.setInt32(head, into.length() - head - Integer.BYTES);
    return digits;
  }

  /**
   * Appends one digit to the base of 10,000; missing decimal digits at its end are zeros.
   *
   * @param length of the group in decimal digits
   */
  private static boolean group(byte[] text, int start, int end, int length, BinaryRows into) {
    int value = 0;
    boolean digits = true;
    for (int i = start; i < start + length; i++) {
      int digit = i < end ? text[i] - '0' : 0;
      digits &= digit >= 0 && digit <= 9;
      value = value * 10 + digit;
    }
    into.int16(value);
    return digits;
  }
}
