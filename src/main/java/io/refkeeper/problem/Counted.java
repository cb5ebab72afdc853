package io.refkeeper.problem;

import java.util.Locale;

/** Numbers of things as people read them. */
public final class Counted {

  private Counted() {}

  /** "1 row", "37,000 rows". */
  public static String of(long count, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
  }

  /** The same for words whose plural ends in s. */
  public static String of(long count, String one) {
    return of(count, one, one + "s");
  }
}
