package io.refkeeper.ingest.reader;

import java.text.Normalizer;

/** White space as people send it: also the ideographic and the no-break space, and stray BOMs. */
public final class Text {

  private Text() {}

  /** The text without white space at both ends; the same object when there is none. */
  public static String trim(String text) {
    int end = text.length();
    if (end == 0 || (!isSpace(text.charAt(0)) && !isSpace(text.charAt(end - 1)))) {
      return text;
    }
    int start = 0;
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Whether the text is empty or white space only. */
  public static boolean isBlank(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isSpace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** A name in the form in which names are compared: NFC, trimmed. */
  public static String name(String text) {
    return trim(Normalizer.normalize(text, Normalizer.Form.NFC));
  }

  static boolean isSpace(char c) {
    if (c <= ' ') {
      // NUL is no white space: it has to be refused, not trimmed away
      return c != 0;
    }
    return c >= '\u0085' && isWideSpace(c);
  }

  private static boolean isWideSpace(char c) {
    return switch (c) {
      case '\u0085', '\u00a0', '\u200b', '\u2060', '\ufeff' -> true;
      default -> Character.isSpaceChar(c);
    };
  }
}
