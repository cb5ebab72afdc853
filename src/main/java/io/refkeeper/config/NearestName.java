package io.refkeeper.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds what somebody who mistyped a name probably meant. */
public final class NearestName {

  private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

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
  public static Optional<String> of(String written, Collection<String> names) {
    String wanted = normal(written);
    int bound = Math.max(1, wanted.codePointCount(0, wanted.length()) / 3);
    return names.stream()
        .filter(name -> DISTANCE.apply(wanted, normal(name)) <= bound)
        .min(Comparator.comparingInt(name -> DISTANCE.apply(wanted, normal(name))));
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }
}
