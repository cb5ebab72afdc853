package io.refkeeper.ingest.transform;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Numbers as people write them: separators, percent, currency, parentheses, full-width digits. */
final class Numbers {

  /** Longer than any number that a file can mean, and short enough for BigDecimal to be quick. */
  private static final int MAX_LENGTH = 200;

  private static final int MAX_EXPONENT = 400;

  /** Separators only in groups of three: neither 1,5 nor 1 5 is taken for 15. */
  private static final Pattern GROUPED =
      Pattern.compile("[0-9]{1,3}([, ])[0-9]{3}(\\1[0-9]{3})*(\\.[0-9]*)?");

  /** A space beside a sign, a currency or a bracket, but not one within the digits. */
  private static final Pattern IDLE_SPACE = Pattern.compile("(?<![0-9.,]) | (?![0-9.,])");

  private static final Pattern PLAIN =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?");

  private Numbers() {}

  /**
   * The number that the text means.
   *
   * @throws BadValueException when it is none
   */
  static BigDecimal decimal(String value) {
    if (value.length() > MAX_LENGTH) {
      throw bad();
    }
    String text = halfWidth(value);
    if (text.indexOf(' ') >= 0) {
      text = IDLE_SPACE.matcher(text).replaceAll("");
    }
    if (isDash(text)) {
      // accounting formats show zero as a dash
      return BigDecimal.ZERO;
    }
    boolean negative = false;
    if (text.startsWith("(") && text.endsWith(")")) {
      negative = true;
      text = text.substring(1, text.length() - 1);
    }
    text = withoutCurrency(text);
    if (text.startsWith("-") || text.startsWith("+")) {
      negative ^= text.charAt(0) == '-';
      text = withoutCurrency(text.substring(1));
    }
    boolean percent = text.endsWith("%");
    if (percent) {
      text = text.substring(0, text.length() - 1);
    }
    if (GROUPED.matcher(text).matches()) {
      text = text.replace(",", "").replace(" ", "");
    }
    if (!PLAIN.matcher(text).matches()) {
      throw bad();
    }
    BigDecimal number = new BigDecimal(text);
    if (Math.abs((long) number.scale()) > MAX_EXPONENT) {
      throw new BadValueException(RejectionReason.OUT_OF_RANGE, "is too large or too small");
    }
    number = percent ? number.movePointLeft(2) : number;
    return negative ? number.negate() : number;
  }

  static BadValueException bad() {
    return new BadValueException(RejectionReason.BAD_NUMBER, "is no number");
  }

  /** Full-width forms (U+FF01 to U+FF5E) and typographic signs as ASCII. */
  static String halfWidth(String value) {
    int i = 0;
    while (i < value.length() && value.charAt(i) < 0x80) {
      i++;
    }
    if (i == value.length()) {
      return value;
    }
    StringBuilder ascii = new StringBuilder(value);
    for (; i < ascii.length(); i++) {
      char c = ascii.charAt(i);
      if (c >= '\uff01' && c <= '\uff5e') {
        ascii.setCharAt(i, (char) (c - 0xfee0));
      } else {
        switch (c) {
          case '\u2212', '\u2012', '\u2013', '\u2014', '\u2015', '\u2010', '\u2011' ->
              ascii.setCharAt(i, '-');
          case '\u3000', '\u00a0', '\u202f', '\u2009' -> ascii.setCharAt(i, ' ');
          case '\uffe5' -> ascii.setCharAt(i, '\u00a5');
          case '\u3002' -> ascii.setCharAt(i, '.');
          default -> {}
        }
      }
    }
    return ascii.toString();
  }

  private static boolean isDash(String text) {
    return text.equals("-") || text.equals("--");
  }

  private static String withoutCurrency(String text) {
    if (text.isEmpty()) {
      return text;
    }
    char first = text.charAt(0);
    return first == '\u00a5' || first == '$' || first == '\u20ac' ? text.substring(1) : text;
  }
}
