package io.refkeeper.ingest.transform;

import java.util.Collection;

/** The name that somebody may have meant. */
final class NearestName {

  private NearestName() {}

  /** The candidate with the fewest edits, at most half of the name's length; null: none. */
  static String of(String name, Collection<String> candidates) {
    String nearest = null;
    int best = name.length() / 2 + 1;
    for (String candidate : candidates) {
      if (candidate.isEmpty() || Math.abs(candidate.length() - name.length()) >= best) {
        continue;
      }
      int edits = edits(name, candidate);
      if (edits < best) {
        best = edits;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** Levenshtein's distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
