package io.refkeeper.ingest.transform;

import io.refkeeper.ingest.reader.Text;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** The values that mean NULL. */
final class Blanks {

  /** By length: nearly every value is told apart by its length alone, without hashing it. */
  private final String[][] byLength;

  Blanks(Collection<String> values) {
    int longest = values.stream().mapToInt(String::length).max().orElse(0);
    byLength = new String[longest + 1][];
    for (int length = 0; length <= longest; length++) {
      int wanted = length;
      byLength[length] =
          values.stream().map(Text::trim).filter(v -> v.length() == wanted).toArray(String[]::new);
    }
  }

  /** The values, trimmed, but the empty one. */
  Set<String> texts() {
    return Arrays.stream(byLength)
        .flatMap(Arrays::stream)
        .filter(text -> !text.isEmpty())
        .collect(Collectors.toSet());
  }

  /** Whether a trimmed value means NULL; the empty one always does. */
  boolean contains(String trimmed) {
    int length = trimmed.length();
    if (length == 0) {
      return true;
    }
    if (length >= byLength.length) {
      return false;
    }
    for (String blank : byLength[length]) {
      if (blank.equals(trimmed)) {
        return true;
      }
    }
    return false;
  }
}
