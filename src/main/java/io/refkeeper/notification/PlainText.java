package io.refkeeper.notification;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;

/**
 * Text for people in a fixed-width font: values made safe for one line, and columns that line up
 * also when they hold full-width (Chinese) characters.
 */
public final class PlainText {

  private static final String GAP = "  ";

  /** Chinese has no spaces; a line may end between two of its characters. */
  private static final String BETWEEN_CHINESE = "(?<=\\p{IsHan})(?=\\p{IsHan})";

  private PlainText() {}

  /**
   * The value on one line: line breaks, control characters and invisible direction marks become
   * spaces, so that data can forge neither a header nor a line of a message. Longer values are cut.
   *
   * @param width at most this many columns
   */
  public static String oneLine(String value, int width) {
    StringBuilder line = new StringBuilder();
    int used = 0;
    int[] characters = value.codePoints().map(PlainText::visible).toArray();
    for (int i = 0; i < characters.length; i++) {
      int next = width(characters[i]);
      int reserve = i == characters.length - 1 ? 0 : 1;
      if (used + next + reserve > width) {
        return line.append('…').toString();
      }
      line.appendCodePoint(characters[i]);
      used += next;
    }
    return line.toString().strip();
  }

  /** Columns that the text takes: a full-width character takes two. */
  public static int width(String text) {
    return text.codePoints().map(PlainText::width).sum();
  }

  /**
   * The text in lines of at most {@code width} columns. Breaks at spaces and between Chinese
   * characters; a longer word, such as a path, stays whole, so that it can be copied. Line breaks
   * of the text count as spaces; no-break spaces do not break.
   *
   * @param first what the first line begins with
   * @param hanging what every other line begins with
   */
  public static String wrap(String text, int width, String first, String hanging) {
    StringBuilder wrapped = new StringBuilder(first);
    int used = width(first);
    String gap = "";
    boolean fresh = true;
    for (String word : text.strip().split("\\s+")) {
      for (String piece : word.split(BETWEEN_CHINESE)) {
        if (!fresh && used + gap.length() + width(piece) > width) {
          wrapped.append('\n').append(hanging);
          used = width(hanging);
          gap = "";
        }
        wrapped.append(gap).append(piece);
        used += gap.length() + width(piece);
        gap = "";
        fresh = false;
      }
      gap = " ";
    }
    return wrapped.toString().replace('\u00a0', ' ');
  }

  /**
   * Rows as aligned columns; numbers to the right, text to the left, no space at the ends.
   *
   * @param rows cells, all rows of the same length
   * @param numbers the columns that hold numbers
   */
  static List<String> table(List<List<String>> rows, List<Integer> numbers) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], width(row.get(column)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        String padding = " ".repeat(widths[column] - width(cell));
        line.append(column == 0 ? "" : GAP)
            .append(numbers.contains(column) ? padding + cell : cell + padding);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int visible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          ' ';
      default -> character;
    };
  }

  private static int width(int character) {
    return Math.max(0, WCWidth.wcwidth(character));
  }
}
