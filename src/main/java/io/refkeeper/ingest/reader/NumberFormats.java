package io.refkeeper.ingest.reader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which cell styles of a workbook show a number as a date or a time. */
final class NumberFormats {

  /** How a style shows a number. */
  enum Kind {
    NUMBER,
    DATE,
    TIME
  }

  private static final int MAX_STYLES = 100_000;

  /** Excel allows no more. */
  private static final int MAX_CODE = 255;

  private final List<Kind> byStyle = new ArrayList<>();

  NumberFormats(WorkbookPackage workbook) {
    if (workbook.styles() == null) {
      return;
    }
    Map<String, String> codes = new HashMap<>();
    List<String> formatOfStyle = new ArrayList<>();
    boolean[] inCellStyles = new boolean[1];
    workbook.forEachElement(
        workbook.styles(),
        element -> {
          String name = element.getLocalName();
          String id = element.getAttributeValue(null, "numFmtId");
          String code = element.getAttributeValue(null, "formatCode");
          if (name.equals("numFmt") && code != null && codes.size() < MAX_STYLES) {
            codes.put(id, code.length() > MAX_CODE ? "" : code);
          } else if (name.equals("xf") && inCellStyles[0] && formatOfStyle.size() < MAX_STYLES) {
            formatOfStyle.add(id);
          } else if (name.equals("cellXfs") || name.equals("cellStyleXfs")) {
            inCellStyles[0] = name.equals("cellXfs");
          } else if (name.equals("cellStyles") || name.equals("dxfs")) {
            inCellStyles[0] = false;
          }
        });
    for (String id : formatOfStyle) {
      byStyle.add(codes.get(id) == null ? builtIn(id) : ofCode(codes.get(id)));
    }
  }

  Kind ofStyle(int style) {
    return style >= 0 && style < byStyle.size() ? byStyle.get(style) : Kind.NUMBER;
  }

  /** ECMA-376 part 1, 18.8.30 numFmt: 27 to 36 and 50 to 58 are dates in Chinese and Japanese. */
  private static Kind builtIn(String id) {
    if (id == null) {
      return Kind.NUMBER;
    }
    return switch (id) {
      case "14", "15", "16", "17", "22", "27", "28", "29", "30", "31", "36" -> Kind.DATE;
      case "50", "51", "52", "53", "54", "57", "58" -> Kind.DATE;
      case "18", "19", "20", "21", "32", "33", "34", "35", "45", "47", "55", "56" -> Kind.TIME;
      default -> Kind.NUMBER;
    };
  }

  /** Looks at the letters outside quotes, escapes and brackets of the format's first section. */
  static Kind ofCode(String code) {
    boolean months = false;
    boolean hours = false;
    String lower = code.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      switch (c) {
        case '"' -> i = skipTo(lower, i, '"');
        case '\\', '_', '*' -> i++;
        case '[' -> {
          char next = i + 1 < lower.length() ? lower.charAt(i + 1) : ']';
          i = skipTo(lower, i, ']');
          if ((next == 'h' || next == 'm' || next == 's') && i < lower.length()) {
            // elapsed time is an amount, not a point in time
            return Kind.NUMBER;
          }
        }
        case ';' -> i = lower.length();
        case 'y', 'd' -> {
          return Kind.DATE;
        }
        case 'm' -> months = true;
        case 'h', 's' -> hours = true;
        case 'g', '0', '#', '?', '@' -> {
          if (!hours && !months) {
            return Kind.NUMBER;
          }
        }
        default -> {}
      }
    }
    return hours ? Kind.TIME : months ? Kind.DATE : Kind.NUMBER;
  }

  private static int skipTo(String text, int from, char end) {
    int at = text.indexOf(end, from + 1);
    return at < 0 ? text.length() : at;
  }
}
