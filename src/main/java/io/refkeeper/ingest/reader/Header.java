package io.refkeeper.ingest.reader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a header row into column names. */
final class Header {

  static final int MAX_COLUMNS = 16_384;

  /** Longer than any column's name; a longer text is no header. */
  private static final int MAX_NAME = 500;

  private Header() {}

  /**
   * Normalised names without trailing blank ones; a blank name in between stays blank.
   *
   * @param place the end of the place in messages, such as {@code line 3}
   * @throws FileRejectedException when two columns have the same name
   */
  static List<String> names(String[] cells, Rejection rejection, String place) {
    List<String> names = new ArrayList<>(cells.length);
    Map<String, Integer> columnOf = new HashMap<>();
    for (int i = 0; i < cells.length; i++) {
      String name = Text.name(cells[i]);
      if (name.length() > MAX_NAME) {
        throw new Rejection(rejection.file() + ", " + place)
            .of(
                "no_header",
                "Column "
                    + (i + 1)
                    + " has a name of "
                    + name.length()
                    + " characters; a header has at most "
                    + MAX_NAME,
                "correct format.header_row of the domain, or the file");
      }
      names.add(name);
      Integer first = name.isEmpty() ? null : columnOf.putIfAbsent(name, i + 1);
      if (first != null) {
        throw new Rejection(rejection.file() + ", " + place)
            .of(
                "duplicate_header",
                "Columns " + first + " and " + (i + 1) + " are both named '" + name + "'",
                "rename one of them");
      }
    }
    while (!names.isEmpty() && names.get(names.size() - 1).isEmpty()) {
      names.remove(names.size() - 1);
    }
    return List.copyOf(names);
  }
}
