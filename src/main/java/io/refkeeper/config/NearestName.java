package io.refkeeper.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds what somebody who mistyped a name probably meant. */
public final class NearestName {

  private NearestName() {}

  /** A sentence with the nearest of the names, or with all of them if none is near. */
  public static String remedy(String written, Collection<String> names) {
    if (names.isEmpty()) {
      return "There is none to choose from";
    }
    return of(written, names)
        .map(name -> "Did you mean \"" + name + "\"?")
        .orElseGet(() -> "Choose one of: " + names.stream().collect(Collectors.joining(", ")));
  }

  /** The name that is fewest edits away, if that is no more than a third of the letters. */
  static Optional<String> of(String written, Collection<String> names) {
    String wanted = normal(written);
    int bound = Math.max(1, wanted.codePointCount(0, wanted.length()) / 3);
    return names.stream()
        .filter(name -> distance(wanted, normal(name)) <= bound)
        .min(Comparator.comparingInt(name -> distance(wanted, normal(name))));
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** Levenshtein's distance in code points. */
  private static int distance(String first, String second) {
    int[] a = first.codePoints().toArray();
    int[] b = second.codePoints().toArray();
    int[] previous = new int[b.length + 1];
    for (int j = 0; j <= b.length; j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length; i++) {
      int[] current = new int[b.length + 1];
      current[0] = i;
      for (int j = 1; j <= b.length; j++) {
        int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length];
  }
}
