package io.refkeeper.quality.validation;

import java.util.List;
import java.util.stream.Collectors;

/** A key as people can tell it from one that looks alike. */
final class KeyText {

  private KeyText() {}

  /** Its values in quotes; spaces other than the plain one, and what cannot be seen, as a code. */
  static String of(List<String> key) {
    return key.stream().map(KeyText::quoted).collect(Collectors.joining(", "));
  }

  private static String quoted(String value) {
    StringBuilder text = new StringBuilder("'");
    value
        .codePoints()
        .forEach(
            c -> {
              if (isVisible(c)) {
                text.appendCodePoint(c);
              } else {
                text.append("<U+%04X>".formatted(c));
              }
            });
    return text.append('\'').toString();
  }

  private static boolean isVisible(int character) {
    return switch (Character.getType(character)) {
      case Character.SPACE_SEPARATOR -> character == ' ';
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
