package io.refkeeper.database.copy;

/** boolean and uuid in binary form. */
final class BinaryWords {

  private static final int UUID_BYTES = 16;
  private static final int UUID_LENGTH = 36;

  private BinaryWords() {}

  /** {@code true} or {@code false}, as one byte. */
  static boolean bool(byte[] text, int start, int end, BinaryRows into) {
    boolean yes = is("true", text, start, end);
    if (!yes && !is("false", text, start, end)) {
      return false;
    }
    into.int32(1);
    into.int8(yes ? 1 : 0);
    return true;
  }

  private static boolean is(String word, byte[] text, int start, int end) {
    if (end - start != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (text[start + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Groups of 8, 4, 4, 4 and 12 hexadecimal digits, as 16 bytes. */
  static boolean uuid(byte[] text, int start, int end, BinaryRows into) {
    if (end - start != UUID_LENGTH) {
      return false;
    }
    into.int32(UUID_BYTES);
    for (int i = 0; i < UUID_LENGTH; i += 2) {
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (text[start + i] != '-') {
          return false;
        }
        i++;
      }
      int high = Character.digit(text[start + i], 16);
      int low = Character.digit(text[start + i + 1], 16);
      if (high < 0 || low < 0) {
        return false;
      }
      into.int8(high << 4 | low);
    }
    return true;
  }
}
