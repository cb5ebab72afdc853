package io.refkeeper.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.regex.Pattern;

/** JSON as a jsonb column takes it: PostgreSQL stores no NUL, whose place U+FFFD takes. */
public final class JsonText {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NUL = "\\u0000";

  /**
   * The escape of a NUL; behind an odd number of backslashes its six characters are only a text.
   */
  private static final Pattern ESCAPED_NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  private JsonText() {}

  /** The value as JSON. */
  public static String of(Object value) {
    try {
      String text = JSON.writeValueAsString(value);
      return text.contains(NUL) ? ESCAPED_NUL.matcher(text).replaceAll("$1\uFFFD") : text;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
