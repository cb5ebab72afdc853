package io.refkeeper.ingest.reader;

import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamConstants;

/** A workbook's table of distinct texts. It has to be in memory, so it is bounded. */
final class SharedStrings {

  /** An object header, a reference and an array header, roughly. */
  private static final int BYTES_PER_STRING = 56;

  static final int MAX_CELL = 32_767;

  private final List<String> strings = new ArrayList<>();

  /**
   * Reads the table.
   *
   * @param maxBytes memory that it may take
   * @throws FileRejectedException when it takes more
   */
  SharedStrings(WorkbookPackage workbook, long maxBytes, Rejection rejection) {
    if (workbook.sharedStrings() == null) {
      return;
    }
    StringBuilder text = new StringBuilder();
    long bytes = 0;
    int phonetic = 0;
    boolean inText = false;
    try (PartReader part = workbook.open(workbook.sharedStrings())) {
      while (part.hasNext()) {
        switch (part.next()) {
          case XMLStreamConstants.START_ELEMENT -> {
            String name = part.xml().getLocalName();
            inText = name.equals("t") && phonetic == 0;
            phonetic += name.equals("rPh") ? 1 : 0;
            if (name.equals("si")) {
              text.setLength(0);
            }
          }
          case XMLStreamConstants.CHARACTERS,
              XMLStreamConstants.CDATA,
              XMLStreamConstants.SPACE -> {
            if (inText) {
              part.appendTo(text);
            }
          }
          case XMLStreamConstants.END_ELEMENT -> {
            inText = false;
            String name = part.xml().getLocalName();
            phonetic -= name.equals("rPh") ? 1 : 0;
            if (name.equals("si")) {
              bytes += BYTES_PER_STRING + 2L * text.length();
              strings.add(unescape(text.toString()));
            }
          }
          default -> {}
        }
        if (text.length() > 2 * MAX_CELL) {
          throw rejection.of(
              "damaged_workbook",
              "One of the workbook's texts is longer than Excel allows",
              WorkbookPackage.SAVE_ANEW);
        }
        if (bytes > maxBytes) {
          String bound = (maxBytes >> 20) + " MB of memory";
          throw rejection.of(
              "workbook_too_large",
              "The workbook's texts take more than " + bound,
              "save the sheet as CSV, or give Java more memory (-Xmx)");
        }
      }
    }
  }

  /** The text of that index; null if there is none. */
  String get(int index) {
    return index >= 0 && index < strings.size() ? strings.get(index) : null;
  }

  /**
   * Resolves {@code _x000D_} and its like (ECMA-376 part 1, 22.9.2.19, ST_Xstring). One that stands
   * for NUL or for half of a surrogate pair, which no database text can hold, stays as written.
   */
  static String unescape(String text) {
    int at = text.indexOf("_x");
    if (at < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    int copied = 0;
    while (at >= 0) {
      int code = at + 7 <= text.length() && text.charAt(at + 6) == '_' ? hex(text, at + 2) : -1;
      if (code > 0 && !Character.isSurrogate((char) code)) {
        plain.append(text, copied, at).append((char) code);
        copied = at + 7;
      }
      at = text.indexOf("_x", Math.max(copied, at + 1));
    }
    return plain.append(text, copied, text.length()).toString();
  }

  private static int hex(String text, int start) {
    int value = 0;
    for (int i = start; i < start + 4; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }
}
