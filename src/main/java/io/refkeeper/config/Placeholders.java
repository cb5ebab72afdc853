package io.refkeeper.config;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces <code>${NAME}</code> and <code>${NAME:default}</code> from the environment. */
final class Placeholders {

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?}");

  private Placeholders() {}

  /** Whether the text contains a placeholder. */
  static boolean in(String text) {
    return PLACEHOLDER.matcher(text).find();
  }

  /**
   * The text with every placeholder replaced; one pass, a value that looks like a placeholder
   * stays.
   *
   * @param environment gives null for a name that is not set
   * @param missing takes the names that are not set and have no default
   */
  static String replace(String text, Function<String, String> environment, List<String> missing) {
    Matcher placeholder = PLACEHOLDER.matcher(text);
    StringBuilder replaced = new StringBuilder();
    while (placeholder.find()) {
      String value = environment.apply(placeholder.group(1));
      if (value == null) {
        value = placeholder.group(2);
      }
      if (value == null) {
        missing.add(placeholder.group(1));
        value = "";
      }
      placeholder.appendReplacement(replaced, Matcher.quoteReplacement(value));
    }
    return placeholder.appendTail(replaced).toString();
  }
}
