package io.refkeeper.ingest.reader;

import java.io.Closeable;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.BitSet;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;

/** Streams the rows of one sheet (ECMA-376 part 1, 18.3). Rows without any value are skipped. */
final class SheetReader implements Closeable {

  private static final int MAX_ROWS = 1_048_576;
  private static final String NO_STORED_VALUE = "(formula without a stored value)";

  private final WorkbookPackage workbook;
  private final WorkbookPackage.Sheet sheet;
  private final SharedStrings strings;
  private final NumberFormats formats;
  private final Rejection rejection;
  private final PartReader part;
  private final XMLStreamReader xml;
  private final StringBuilder text = new StringBuilder();

  private String[] cells = new String[64];
  private int width;
  private BitSet errors;
  private long row;
  private int size;
  private boolean ended;

  SheetReader(
      WorkbookPackage workbook,
      WorkbookPackage.Sheet sheet,
      SharedStrings strings,
      NumberFormats formats,
      Rejection rejection) {
    this.workbook = workbook;
    this.sheet = sheet;
    this.strings = strings;
    this.formats = formats;
    this.rejection = rejection;
    this.part = workbook.open(sheet.entry());
    this.xml = part.xml();
    Arrays.fill(cells, "");
  }

  /** The next row with a value in it, or null at the end. */
  SourceRow next() {
    while (!ended) {
      int event = part.next();
      if (event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("row")) {
        readRow();
        if (width > 0) {
          return new SourceRow(row, sheet.name(), Arrays.copyOf(cells, width), errors);
        }
      } else {
        ended =
            event == XMLStreamConstants.END_DOCUMENT
                || (event == XMLStreamConstants.END_ELEMENT
                    && xml.getLocalName().equals("sheetData"));
      }
    }
    return null;
  }

  private void readRow() {
    String number = xml.getAttributeValue(null, "r");
    long previous = row;
    row = number == null ? row + 1 : rowNumber(number);
    if (row < 1 || row > MAX_ROWS) {
      throw damaged("there is no row " + row);
    }
    if (row <= previous) {
      throw damaged("row " + row + " comes after row " + previous);
    }
    Arrays.fill(cells, 0, width, "");
    width = 0;
    size = 0;
    errors = null;
    int column = -1;
    int rowDepth = part.depth();
    while (part.next() != XMLStreamConstants.END_ELEMENT || part.depth() >= rowDepth) {
      if (xml.isStartElement() && xml.getLocalName().equals("c")) {
        column = readCell(column + 1);
      }
    }
  }

  /** Reads one cell and gives its column. */
  private int readCell(int following) {
    int column = following;
    int style = -1;
    String type = "n";
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      String name = xml.getAttributeLocalName(i);
      switch (name.length() == 1 ? name.charAt(0) : ' ') {
        case 'r' -> column = column(xml.getAttributeValue(i));
        case 's' -> style = (int) integer(xml.getAttributeValue(i));
        case 't' -> type = xml.getAttributeValue(i);
        default -> part.remember(name);
      }
    }
    if (column >= Header.MAX_COLUMNS) {
      throw damaged("there is no column " + (column + 1));
    }
    boolean formula = readText();
    String value = value(type, style, column);
    boolean lost = formula && value.isEmpty() && !type.equals("str");
    if (lost || type.equals("e")) {
      errors = errors == null ? new BitSet() : errors;
      errors.set(column);
      value = lost ? NO_STORED_VALUE : value;
    }
    if (!Text.isBlank(value)) {
      put(column, value);
    }
    return column;
  }

  private void put(int column, String value) {
    if (column >= cells.length) {
      int old = cells.length;
      cells = Arrays.copyOf(cells, Math.max(column + 1, old * 2));
      Arrays.fill(cells, old, cells.length, "");
    }
    if (!cells[column].isEmpty()) {
      throw damaged("column " + (column + 1) + " of the row is there twice");
    }
    size += value.length();
    if (size > SourceRow.MAX_CHARACTERS) {
      throw damaged("the row has more than " + SourceRow.MAX_CHARACTERS + " characters");
    }
    cells[column] = value;
    width = Math.max(width, column + 1);
  }

  /** Collects the text of v and t up to the cell's end; tells whether the cell has a formula. */
  private boolean readText() {
    text.setLength(0);
    boolean formula = false;
    boolean wanted = false;
    int phonetic = 0;
    int cellDepth = part.depth();
    while (part.depth() >= cellDepth) {
      switch (part.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          String name = xml.getLocalName();
          phonetic += name.equals("rPh") ? 1 : 0;
          wanted = name.equals("v") || (name.equals("t") && phonetic == 0);
          formula |= name.equals("f");
        }
        case XMLStreamConstants.END_ELEMENT -> {
          wanted = false;
          phonetic -= xml.getLocalName().equals("rPh") ? 1 : 0;
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
          if (wanted) {
            part.appendTo(text);
            if (text.length() > SharedStrings.MAX_CELL) {
              throw damaged("a cell is longer than " + SharedStrings.MAX_CELL + " characters");
            }
          }
        }
        default -> {}
      }
    }
    return formula;
  }

  private String value(String type, int style, int column) {
    if (text.isEmpty()) {
      return "";
    }
    return switch (type) {
      case "s" -> shared(column);
      case "n" -> number(style);
      case "b" -> text.charAt(0) == '1' || text.charAt(0) == 't' ? "true" : "false";
      case "d" -> ExcelDates.shortened(text.toString());
      case "str", "inlineStr" -> SharedStrings.unescape(text.toString());
      default -> text.toString();
    };
  }

  private String shared(int column) {
    String value = strings.get((int) integer(text));
    if (value == null) {
      throw damaged("column " + (column + 1) + " names a text that the workbook does not have");
    }
    return value;
  }

  private String number(int style) {
    NumberFormats.Kind kind = formats.ofStyle(style);
    String raw = text.toString();
    boolean plain = raw.indexOf('E') < 0 && raw.indexOf('e') < 0;
    if (kind == NumberFormats.Kind.NUMBER && plain) {
      return raw.endsWith(".0") ? raw.substring(0, raw.length() - 2) : raw;
    }
    BigDecimal value = decimal(raw);
    if (value == null) {
      return raw;
    }
    if (kind != NumberFormats.Kind.NUMBER) {
      String date = ExcelDates.text(value, workbook.date1904(), kind == NumberFormats.Kind.TIME);
      return date == null ? raw : date;
    }
    return value.scale() > 0 ? value.stripTrailingZeros().toPlainString() : value.toPlainString();
  }

  /** A number that a double can hold; null: none, left for the column's type to refuse. */
  private static BigDecimal decimal(String raw) {
    if (raw.length() > 40) {
      return null;
    }
    try {
      BigDecimal value = new BigDecimal(raw);
      return Math.abs((long) value.scale()) <= 400 ? value : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private long rowNumber(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return integer(digits);
    }
  }

  private long integer(CharSequence digits) {
    try {
      return Integer.parseInt(digits, 0, digits.length(), 10);
    } catch (NumberFormatException e) {
      throw damaged("'" + digits.subSequence(0, Math.min(20, digits.length())) + "' is no number");
    }
  }

  /** The zero-based column of a reference such as {@code AB12}. */
  private int column(String reference) {
    int column = 0;
    int i = 0;
    for (; i < reference.length() && i < 4; i++) {
      char c = reference.charAt(i);
      if (c < 'A' || c > 'Z') {
        break;
      }
      column = column * 26 + (c - 'A' + 1);
    }
    if (column == 0) {
      throw damaged("a cell has no valid reference");
    }
    return column - 1;
  }

  private FileRejectedException damaged(String message) {
    return rejection.inSheet(
        "damaged_workbook",
        "The sheet is damaged: " + message,
        sheet.name(),
        row,
        "open the workbook in Excel, save it as .xlsx and deliver it again");
  }

  @Override
  public void close() {
    part.close();
  }
}
