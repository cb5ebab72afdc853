package io.refkeeper.ingest.transform;

/**
 * Texts, and types that Java does not know.
 *
 * @param maxLength in characters; -1: no bound
 */
record TextParser(int maxLength) implements ValueParser {

  @Override
  public String parse(String value) {
    int length = value.length();
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c == 0 || (c >= Character.MIN_SURROGATE && isLoneSurrogate(value, i))) {
        throw new BadValueException(
            RejectionReason.NUL_CHARACTER, "contains a character that no text can hold");
      }
    }
    if (maxLength >= 0 && length > maxLength && value.codePointCount(0, length) > maxLength) {
      throw new BadValueException(
          RejectionReason.TOO_LONG,
          "has " + value.codePointCount(0, length) + " characters, the column holds " + maxLength);
    }
    return value;
  }

  private static boolean isLoneSurrogate(String value, int i) {
    char c = value.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == value.length() || !Character.isLowSurrogate(value.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
  }
}
