package io.refkeeper.ingest.reader;

import static io.refkeeper.ingest.reader.HostileFile.file;

import java.util.List;

/** Tables of text that are no good tables. */
final class HostileCsv {

  private static final String MEGABYTE = "x".repeat(1024 * 1024);

  private static final String NO_TEXT =
      "empty_file: f: The file holds no line of text - deliver it again";
  private static final String MARKUP =
      "markup_file: f: The file is a page or a table in HTML or XML, whatever its name says -"
          + " open it in Excel and save it as .xlsx or CSV";

  private HostileCsv() {}

  static List<HostileFile> files() {
    return List.of(
        file("only line ends", "\n\r\n\r\n", NO_TEXT),
        file("only delimiters", ",,,\n,,\n", NO_TEXT),
        file("only spaces", " \t \n　\n", NO_TEXT),
        file("a header alone", "a,b", "a|b"),
        file("a header and empty lines", "a,b\n\n\n", "a|b"),
        file("semicolons", "a;b;c\n1,5;2,5;x\n", "a|b|c / 2: 1,5|2,5|x"),
        file("bars", "a|b\n1|2\n", "a|b / 2: 1|2"),
        file("tabs", "a\tb\n1\t2\n", "a|b / 2: 1|2"),
        file("tabs and empty fields", "a\tb\tc\n\t\t3\n", "a|b|c / 2: ||3"),
        file(
            "semicolons, and more commas in the fields",
            "a;b\n1,2,3;4,5,6\n",
            "a|b / 2: 1,2,3|4,5,6"),
        file("a delimiter in quotes in the header", "\"a,x\";b\n1;2\n", "a,x|b / 2: 1|2"),
        file("one column", "a\n1\n2\n", "a / 2: 1 / 3: 2"),
        file("CRLF", "a,b\r\n1,2\r\n3,4\r\n", "a|b / 2: 1|2 / 3: 3|4"),
        file("CR", "a,b\r1,2\r3,4\r", "a|b / 2: 1|2 / 3: 3|4"),
        file("CR, LF and CRLF by turns", "a,b\r1,2\n3,4\r\n5,6", "a|b / 2: 1|2 / 3: 3|4 / 4: 5|6"),
        file("CR CR LF", "a,b\r\r\n1,2\r\r\n3,4", "a|b / 3: 1|2 / 5: 3|4"),
        file("no line end at the end", "a,b\n1,2", "a|b / 2: 1|2"),
        file("empty lines between", "a,b\n\n1,2\n\n\n3,4\n", "a|b / 3: 1|2 / 6: 3|4"),
        file("other line separators", "a,b\n1\u20282,3\u00854\n", "a|b / 2: 1\u20282|3\u00854"),
        file(
            "quoted line breaks",
            "a,b\n\"1\n2\r\n3\r4\",5\n6,7\n",
            "a|b / 2: 1\\n2\\r\\n3\\r4|5 / 6: 6|7"),
        file("a quoted header over two lines", "\"a\nx\",b\n1,2\n", "a\\nx|b / 3: 1|2"),
        file("quotes in quotes", "a,b\n\"1\"\"2\",\"\"\"\"\n", "a|b / 2: 1\"2|\""),
        file("quotes within plain text", "a,b\n1\"2,3\"\n", "a|b / 2: 1\"2|3\""),
        file("an empty quoted field", "a,b\n\"\",2\n", "a|b / 2: |2"),
        file("a space before the quote", "a,b\n1, \"2\"\n", "a|b / 2: 1| \"2\""),
        file("a space after the quote", "a,b\n\"1\" ,2\n", textAfterQuote(2, 4, 2, 1)),
        file(
            "a quote that swallows the next line's quote",
            "a,b\n\"1,2\n\"3\",4\n",
            textAfterQuote(3, 2, 2, 1)),
        file(
            "a quote that swallows the file",
            "a,b\n1,2\n3,\"4\n" + "5,6\n".repeat(900),
            openQuote(3, 3) + " (after 1 rows)"),
        file(
            "a quote that swallows 1,001 lines",
            "a,b\n1,\"2\n" + "3,4\n".repeat(1001) + "\",5\n",
            openQuote(2, 3)),
        file(
            "a quoted text of 1,000 line breaks",
            "a,b\n1,\"" + "\r\n".repeat(1000) + "2\"\n3,4\n",
            "a|b / 2: 1|<4001 characters> / 1003: 3|4"),
        file(
            "a quote that swallows 5 MB",
            "a,b\n1,\"2\n" + "3,4\n".repeat(1_250_000),
            openQuote(2, 3)),
        file("a quote at the very end", "a,b\n1,\"", openQuote(2, 3)),
        file("a quote alone", "\"", openQuote(1, 1)),
        file("quotes alone", "\"\"\"\"\"\"", "\"\""),
        file("a quote in the header that is not closed", "a,\"b\n1,2\n", openQuote(1, 3)),
        file(
            "rows too short and too long",
            "a,b\n1\n1,2,3\n,\n1,2,,,\n",
            "a|b / 2: 1 / 3: 1|2|3 / 5: 1|2|||"),
        file(
            "a field of a megabyte",
            "a,b\n1," + MEGABYTE + "\n",
            "a|b / 2: 1|<1048576 characters>"),
        file("a field of more than a megabyte", "a,b\n1," + MEGABYTE + "x\n", longField(2, 2)),
        file(
            "a quoted field of more than a megabyte",
            "a,b\n1,\"" + MEGABYTE + "x\"\n",
            longField(2, 2)),
        file(
            "a field of three megabytes",
            "a,b\n1,2\n3," + MEGABYTE.repeat(3) + "\n",
            fieldTooLong(3, 3) + " (after 1 rows)"),
        file("a field of 5 MB without a line end", MEGABYTE.repeat(5), fieldTooLong(1, 1)),
        file("a quoted field of 5 MB", "a,b\n\"" + MEGABYTE.repeat(5), openQuote(2, 1)),
        file(
            "a record of five fields of a megabyte",
            "a\n" + (MEGABYTE + ",").repeat(5) + "\n",
            "field_too_long: f, line 2: The record has more than 4194304 characters - check the"
                + " quotes and the line breaks"),
        file("16,384 columns", "a\n" + "1,".repeat(16_383) + "2\n", "a / 2: <16384 cells>"),
        file("16,385 columns", "a\n" + "1,".repeat(16_384) + "2\n", tooManyFields(2)),
        file("a million delimiters", "a,b\n" + ",".repeat(1_000_000), tooManyFields(2)),
        file(
            "a million empty lines",
            "a,b\n" + "\n".repeat(1_000_000) + "1,2\n",
            "a|b / 1000002: 1|2"),
        file("duplicate headers", "a,b,a\n1,2,3\n", sameName("a")),
        file("headers that differ by spaces", "a,b,　a \n1,2,3\n", sameName("a")),
        file("headers that differ by normal form", "Café,b,Cafe\u0301\n1,2,3\n", sameName("Café")),
        file("headers that differ by case", "a,A\n1,2\n", "a|A / 2: 1|2"),
        file("empty headers", ",,\"\"\n1,2,3\n", "1|2|3"),
        file("empty headers between and behind", "a,,b,,\n1,2,3,4,5\n", "a||b / 2: 1|2|3|4|5"),
        file(
            "a header too long to be one",
            "x".repeat(501) + ",b\n1,2\n",
            "no_header: f, line 1: Column 1 has a name of 501 characters; a header has at most 500 -"
                + " correct format.header_row of the domain, or the file"),
        file("a header of 16,384 columns", header(16_384) + "\n1,2\n", "<16384 columns> / 2: 1|2"),
        file("titles above the header", "规模明细,,\n单位：元,,\n月度,代码\n1,2\n", "月度|代码 / 4: 1|2")
            .headerRow(3),
        file("a title in quotes over lines", "\"规模\n明细\"\n\na,b\n1,2\n", "a|b / 5: 1|2")
            .headerRow(4),
        file(
                "a header row below the end",
                "a,b\n1,2\n",
                "missing_header: f: The file ends before line 7, where its header should be - correct"
                    + " format.header_row of the domain, or the file")
            .headerRow(7),
        file("no header", "1,2\n3,4\n", " / 1: 1|2 / 2: 3|4").headerRow(0),
        file("a line of totals", "a,b\n1,2\n合计,2\n", "a|b / 2: 1|2 / 3: 合计|2"),
        file("a line of totals cut short", "a,b,c\n1,2,3\n合计\n", "a|b|c / 2: 1|2|3 / 3: 合计"),
        file(
            "formulas", "a,b\n=cmd|' /C calc'!A0,@SUM(1)\n", "a|b / 2: =cmd|' /C calc'!A0|@SUM(1)"),
        file("control characters", "a,b\n1\u0001,\u001b[31m2\n", "a|b / 2: 1\u0001|\u001b[31m2"),
        file("an older end of file", "a,b\n1,2\n\u001a", "a|b / 2: 1|2"),
        file("HTML", "\n<html><table><tr><td>a</td></tr></table></html>", MARKUP),
        file("XML", "\ufeff<?xml version=\"1.0\"?>\n<Workbook/>", MARKUP));
  }

  private static String header(int columns) {
    StringBuilder header = new StringBuilder("c");
    for (int i = 1; i < columns; i++) {
      header.append(",c").append(i);
    }
    return header.toString();
  }

  private static String longField(int line, int field) {
    return ("field_too_long: f, line %d: Field %d has more than 1048576 characters - check the"
            + " quotes and the line breaks")
        .formatted(line, field);
  }

  private static String fieldTooLong(int line, int column) {
    return ("field_too_long: f, line %d, column %d: A field begins here that has more than 1048576"
            + " characters - check the delimiter, and the line breaks")
        .formatted(line, column);
  }

  private static String tooManyFields(int line) {
    return ("too_many_columns: f, line %d: The record has more than 16384 fields - check the"
            + " delimiter, and the line breaks")
        .formatted(line);
  }

  private static String sameName(String name) {
    return "duplicate_header: f, line 1: Columns 1 and 3 are both named '%s' - rename one of them"
        .formatted(name);
  }

  private static String openQuote(int line, int column) {
    return ("unbalanced_quote: f, line %d, column %d: A quote opens here and is not closed within"
            + " 1048576 characters or 1000 lines - close the quote; write a quote inside a quoted"
            + " field twice")
        .formatted(line, column);
  }

  private static String textAfterQuote(int line, int column, int openLine, int openColumn) {
    return ("malformed_csv: f, line %d, column %d: Text follows the closing quote of the field that"
            + " opens in line %d, column %d - write a quote inside a quoted field twice, and nothing"
            + " after a closing quote")
        .formatted(line, column, openLine, openColumn);
  }
}
