package io.refkeeper.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jline.utils.WCWidth;

/**
 * A table for a terminal of 80 columns, indented by two: numbers to the right, full-width
 * characters count as two columns, and the widest column of text is cut with "…" if a row would be
 * too long.
 */
final class TextTable {

  private static final int WIDTH = 78;
  private static final int GAP = 2;
  private static final int NARROWEST = 8;

  private final List<List<String>> rows = new ArrayList<>();
  private final boolean[] numeric;

  TextTable(String... headings) {
    rows.add(List.of(headings));
    numeric = new boolean[headings.length];
  }

  /** Adds a row; a column that has a number is a column of numbers, null is printed as nothing. */
  void add(Object... cells) {
    List<String> row = new ArrayList<>();
    for (int i = 0; i < cells.length; i++) {
      numeric[i] |= cells[i] instanceof Number;
      row.add(
          cells[i] instanceof Number number
              ? String.format("%,d", number.longValue())
              : Objects.toString(cells[i], ""));
    }
    rows.add(row);
  }

  List<String> lines() {
    int[] widths = widths();
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = cut(row.get(i), widths[i]);
        String padding = " ".repeat(widths[i] - width(cell));
        line.append(numeric[i] ? padding + cell : cell + padding).append(" ".repeat(GAP));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private int[] widths() {
    int[] widths = new int[numeric.length];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    int excess = IntStream.of(widths).sum() + GAP * (widths.length - 1) - WIDTH;
    for (; excess > 0; excess--) {
      int widest = widestText(widths);
      if (widths[widest] <= NARROWEST) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private int widestText(int[] widths) {
    return IntStream.range(0, widths.length)
        .filter(i -> !numeric[i])
        .boxed()
        .max(Comparator.comparingInt(i -> widths[i]))
        .orElseThrow();
  }

  /** Columns on a terminal. */
  static int width(String text) {
    return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
  }

  private static String cut(String text, int limit) {
    if (width(text) <= limit) {
      return text;
    }
    StringBuilder start = new StringBuilder();
    int used = 1; // the ellipsis
    for (int c : text.codePoints().toArray()) {
      used += Math.max(0, WCWidth.wcwidth(c));
      if (used > limit) {
        break;
      }
      start.appendCodePoint(c);
    }
    return start + "…";
  }
}
