package io.refkeeper.ingest.reader;

import io.refkeeper.config.Domain.FileFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Reads files in a Java of its own, with a heap of its own, and prints what comes of them. Each
 * line of its input is a file, its charset, its header row and its sheets, each line of its output
 * the milliseconds that it took and the outcome, all separated by tabs.
 */
public final class ReadingOutcome {

  private static final int ROWS_SHOWN = 4;
  private static final int CHARACTERS_SHOWN = 60;

  private ReadingOutcome() {}

  public static void main(String[] arguments) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] task = line.split("\t");
      FileFormat format = new FileFormat(task[1], "auto", Integer.parseInt(task[2]));
      List<String> sheets =
          Arrays.stream(task).skip(3).map(name -> name.replace("\\n", "\n")).toList();
      long start = System.nanoTime();
      String outcome = of(Path.of(task[0]), format, sheets);
      System.out.println((System.nanoTime() - start) / 1_000_000 + "\t" + outcome);
    }
  }

  /**
   * The header and the rows as {@code a|b / 2: 1|2 / 3: 3|4}, a cell that is an error with a {@code
   * !} before it; or the code and the whole message of the rejection.
   */
  static String of(Path file, FileFormat format, List<String> sheets) {
    StringBuilder outcome = new StringBuilder();
    long rows = 0;
    try (RowReader reader = RowReaders.open(file, "f", format, sheets)) {
      String header = escaped(String.join("|", reader.header()));
      boolean tooLong = header.length() > 1000;
      outcome.append(tooLong ? "<" + reader.header().size() + " columns>" : header);
      SourceRow last = null;
      for (SourceRow row = reader.next(); row != null; row = reader.next()) {
        last = row;
        if (++rows <= ROWS_SHOWN) {
          outcome.append(" / ").append(text(row));
        }
      }
      if (rows > ROWS_SHOWN) {
        outcome.append(" ... ").append(text(last)).append(" (").append(rows).append(" rows)");
      }
      return outcome.toString();
    } catch (FileRejectedException e) {
      String after = rows == 0 ? "" : " (after " + rows + " rows)";
      return e.problems().get(0).code() + ": " + escaped(e.getMessage()) + after;
    }
  }

  private static String text(SourceRow row) {
    StringBuilder text = new StringBuilder().append(row.line()).append(":");
    for (int i = 0; i < row.values().length; i++) {
      String value = escaped(row.values()[i]);
      boolean tooLong = value.length() > CHARACTERS_SHOWN;
      text.append(i == 0 ? " " : "|").append(row.isError(i) ? "!" : "");
      text.append(tooLong ? "<" + value.length() + " characters>" : value);
    }
    return text.length() > 1000
        ? row.line() + ": <" + row.values().length + " cells>"
        : text.toString();
  }

  private static String escaped(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t").replace("\0", "\\0");
  }
}
