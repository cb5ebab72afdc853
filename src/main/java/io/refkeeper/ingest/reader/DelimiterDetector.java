package io.refkeeper.ingest.reader;

import java.util.ArrayList;
import java.util.List;

/** Guesses a CSV file's delimiter from its first lines. */
final class DelimiterDetector {

  private static final char[] CANDIDATES = {',', ';', '\t', '|'};
  private static final int LINES = 50;

  private DelimiterDetector() {}

  /**
   * The candidate that splits most lines into as many fields as the header; ties go to the one with
   * more fields. Comma if none splits the header.
   *
   * @param sample the file's beginning; its last line may be cut off
   * @param headerRow one-based line of the header; 0: none, the first line counts
   */
  static char detect(String sample, int headerRow) {
    char best = ',';
    long bestScore = 0;
    for (char candidate : CANDIDATES) {
      List<Integer> fields = fieldsPerLine(sample, candidate, Math.max(headerRow, 1));
      if (fields.isEmpty() || fields.get(0) < 2) {
        continue;
      }
      int header = fields.get(0);
      long agreeing = fields.stream().filter(n -> n == header).count();
      long score = (agreeing * 1000 / fields.size()) * 100_000 + header;
      if (score > bestScore) {
        bestScore = score;
        best = candidate;
      }
    }
    return best;
  }

  /** Fields of each record that is not empty, from the header's line on. */
  private static List<Integer> fieldsPerLine(String sample, char delimiter, int firstLine) {
    List<Integer> counts = new ArrayList<>();
    int line = 1;
    int startLine = 1;
    int fields = 1;
    int recordStart = 0;
    boolean quoted = false;
    boolean fieldStart = true;
    for (int i = 0; i < sample.length() && counts.size() < LINES; i++) {
      char c = sample.charAt(i);
      boolean lineEnd = c == '\n' || c == '\r';
      if (c == '\n' && i > 0 && sample.charAt(i - 1) == '\r') {
        recordStart = quoted ? recordStart : i + 1;
        continue;
      }
      line += lineEnd ? 1 : 0;
      if (quoted) {
        quoted = c != '"';
        continue;
      }
      if (c == '"' && (fieldStart || sample.charAt(i - 1) == '"')) {
        quoted = true;
        fieldStart = false;
      } else if (lineEnd) {
        if (startLine >= firstLine && i > recordStart) {
          counts.add(fields);
        }
        fields = 1;
        recordStart = i + 1;
        startLine = line;
        fieldStart = true;
      } else {
        fieldStart = c == delimiter;
        fields += fieldStart ? 1 : 0;
      }
    }
    if (counts.isEmpty() && startLine >= firstLine && recordStart < sample.length()) {
      counts.add(fields);
    }
    return counts;
  }
}
