package io.refkeeper.notification;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jline.utils.WCWidth;

/**
 * Text for people in a fixed-width font: values made safe for one line, and columns that line up
 * also when they hold full-width (Chinese) characters.
 */
public final class PlainText {

  private static final String GAP = "  ";

  /** Where a Chinese sentence, which has no spaces, is best broken. */
  private static final String AFTER_CHINESE_PUNCTUATION = "(?<=[，。；：、！？）】」』》](?![，。；：、！？）】」』》]))";

  private static final Pattern PATH = Pattern.compile("['\"(]?\\.{0,2}/");

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
   * The text in lines of at most {@code width} columns. Breaks at spaces; a word stays whole, so
   * that a name or a path can be copied. Only Chinese that is longer than a line, since it has no
   * spaces, is broken within, unless it is a path: after punctuation if that is enough, else
   * between two characters where its typesetting allows it. Line breaks of the text count as
   * spaces; no-break spaces do not break.
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
      for (String piece : pieces(word, width - width(hanging))) {
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

  /** Between them a line may end; a word that fits into a line is one piece. */
  private static List<String> pieces(String word, int room) {
    if (width(word) <= room || PATH.matcher(word).lookingAt()) {
      return List.of(word);
    }
    List<String> pieces = new ArrayList<>();
    for (String clause : word.split(AFTER_CHINESE_PUNCTUATION)) {
      if (width(clause) <= room) {
        pieces.add(clause);
      } else {
        addBroken(pieces, clause);
      }
    }
    return pieces;
  }

  /** Breaks between two full-width characters, but not before a comma or behind a bracket. */
  private static void addBroken(List<String> pieces, String clause) {
    BreakIterator lines = BreakIterator.getLineInstance(Locale.CHINESE);
    lines.setText(clause);
    int begin = 0;
    lines.first();
    for (int end = lines.next(); end != BreakIterator.DONE; end = lines.next()) {
      boolean between =
          end == clause.length()
              || width(clause.codePointBefore(end)) == 2 && width(clause.codePointAt(end)) == 2;
      if (between) {
        pieces.add(clause.substring(begin, end));
        begin = end;
      }
    }
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
