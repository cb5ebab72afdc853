package io.refkeeper.cli;

import io.refkeeper.notification.PlainText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table for a terminal: numbers to the right, full-width characters count as two columns. Nothing
 * is ever cut, because names are copied from it: when the rows are too long, the widest columns of
 * text go to a line of their own below each row.
 */
final class TextTable {

  private static final int GAP = 2;
  private static final String BELOW = "    ";

  private final List<Row> rows = new ArrayList<>();
  private final boolean[] numeric;

  private record Row(List<String> cells, List<String> notes) {}

  TextTable(String... headings) {
    rows.add(new Row(List.of(headings), List.of()));
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
    rows.add(new Row(row, new ArrayList<>()));
  }

  /** Adds a sentence below the last row, which is shortened to one line. */
  void note(String sentence) {
    rows.get(rows.size() - 1).notes.add(sentence);
  }

  /**
   * The lines of the table.
   *
   * @param width columns that a line may take, unless a single name is longer
   */
  List<String> lines(int width) {
    List<Integer> beside =
        IntStream.range(0, numeric.length).boxed().collect(Collectors.toCollection(ArrayList::new));
    List<Integer> below = new ArrayList<>();
    while (total(beside) > width) {
      Optional<Integer> widest =
          beside.stream().filter(i -> !numeric[i]).max(Comparator.comparingInt(this::columnWidth));
      if (widest.isEmpty() || beside.size() == 1) {
        break;
      }
      beside.remove(widest.get());
      below.add(widest.get());
    }
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      lines.add(
          beside.stream()
              .map(i -> padded(row.cells.get(i), i))
              .collect(Collectors.joining(" ".repeat(GAP)))
              .stripTrailing());
      List<String> names = below.stream().sorted().map(row.cells::get).toList();
      lines.addAll(below(names.stream().filter(name -> !name.isEmpty()).toList(), width));
      row.notes.forEach(note -> lines.add(BELOW + PlainText.oneLine(note, width - BELOW.length())));
    }
    return lines;
  }

  /** Side by side if they fit, each on a line of its own otherwise. */
  private static List<String> below(List<String> names, int width) {
    String line = BELOW + String.join(" ".repeat(GAP), names);
    return names.size() > 1 && PlainText.width(line) > width
        ? names.stream().map(name -> BELOW + name).toList()
        : names.isEmpty() ? List.of() : List.of(line);
  }

  private int total(List<Integer> columns) {
    return columns.stream().mapToInt(this::columnWidth).sum() + GAP * (columns.size() - 1);
  }

  private int columnWidth(int column) {
    return rows.stream().mapToInt(row -> PlainText.width(row.cells.get(column))).max().orElse(0);
  }

  private String padded(String cell, int column) {
    String padding = " ".repeat(columnWidth(column) - PlainText.width(cell));
    return numeric[column] ? padding + cell : cell + padding;
  }
}
