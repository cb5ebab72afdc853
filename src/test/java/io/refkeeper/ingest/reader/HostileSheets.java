package io.refkeeper.ingest.reader;

import static io.refkeeper.ingest.reader.HostileFile.file;
import static io.refkeeper.ingest.reader.XlsxFile.number;
import static io.refkeeper.ingest.reader.XlsxFile.row;
import static io.refkeeper.ingest.reader.XlsxFile.text;

import java.util.List;

/** Workbooks whose rows and columns are strange. */
final class HostileSheets {

  static final String HEADER = row(1, text("a"), text("b"));

  static final String LONGEST = "x".repeat(32_767);

  private static final String NO_VALUE =
      "missing_header: f, sheet s: The sheet has no value in row 1, where its header should be, or"
          + " below - correct format.header_row of the domain, or the workbook";

  private static final String OUT_OF_PROPORTION =
      "workbook_too_large: f: A part of the workbook unpacks to more than 4194304 bytes, out of"
          + " proportion to its size - do not open this file unless you trust its sender; deliver"
          + " the data as CSV";

  private HostileSheets() {}

  static List<HostileFile> files() {
    return List.of(
        file("a sheet", sheet(row(2, number("1"), text("2"))), "a|b / 2: 1|2"),
        file("a sheet without rows", rows(""), NO_VALUE),
        file("a sheet of empty rows", rows("<row/><row r='9'><c/><c r='C9'/></row>"), NO_VALUE),
        file("a sheet without sheetData", new XlsxFile().sheetXml("s", "<worksheet/>"), NO_VALUE),
        file("a header alone in a sheet", sheet(""), "a|b"),
        file(
                "merged titles above the header",
                rows(
                    row(1, text("规模明细"))
                        + row(2, "<c/>", text("单位：元"))
                        + row(4, text("月度"), text("代码"))
                        + row(5, number("202510"), text("x"))),
                "月度|代码 / 5: 202510|x")
            .headerRow(4),
        file(
            "cells without references",
            rows(
                "<row><c t='str'><v>a</v></c><c t='str'><v>b</v></c></row><row><c><v>1</v></c></row>"),
            "a|b / 2: 1"),
        file(
            "cells out of order",
            sheet("<row r='2'><c r='B2'><v>2</v></c><c r='A2'><v>1</v></c></row>"),
            "a|b / 2: 1|2"),
        file(
            "a cell that is there twice",
            sheet("<row r='2'><c r='A2'><v>1</v></c><c r='A2'><v>2</v></c></row>"),
            damaged(", row 2", "column 1 of the row is there twice")),
        file(
            "a reference in lower case",
            sheet("<row r='2'><c r='a2'><v>1</v></c></row>"),
            damaged(", row 2", "a cell has no valid reference")),
        file(
            "a reference that is none",
            sheet("<row r='2'><c r='$A$2'><v>1</v></c></row>"),
            damaged(", row 2", "a cell has no valid reference")),
        file(
            "rows out of order",
            sheet(row(5, number("5")) + row(3, number("3"))),
            damaged(", row 3", "row 3 comes after row 5") + " (after 1 rows)"),
        file(
            "a row that is there twice",
            sheet(row(2, number("1")) + row(2, number("2"))),
            damaged(", row 2", "row 2 comes after row 2") + " (after 1 rows)"),
        file(
            "rows without numbers",
            rows(
                "<row><c><v>9</v></c></row><row r='5'><c><v>1</v></c></row><row><c><v>2</v></c></row>"),
            "9 / 5: 1 / 6: 2"),
        file("row 0", sheet(row(0, number("1"))), damaged("", "there is no row 0")),
        file("a negative row", sheet(row(-1, number("1"))), damaged("", "there is no row -1")),
        file(
            "a row beyond the last",
            sheet(row(1_048_577, number("1"))),
            damaged(", row 1048577", "there is no row 1048577")),
        file(
            "a row beyond all numbers",
            sheet("<row r='9999999999'/>"),
            damaged(", row 9999999999", "there is no row 9999999999")),
        file(
            "the last cell of all",
            sheet("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"),
            "a|b / 1048576: <16384 cells>"),
        file(
            "a column beyond the last",
            sheet("<row r='2'><c r='XFE2'><v>1</v></c></row>"),
            damaged(", row 2", "there is no column 16385")),
        file(
            "16,385 cells without references",
            sheet("<row r='2'>" + "<c><v>1</v></c>".repeat(16_385) + "</row>"),
            damaged(", row 2", "there is no column 16385")),
        file("a million empty rows", sheet("<row/>".repeat(1_000_000)), OUT_OF_PROPORTION),
        file(
            "a row of 200 longest texts",
            sheet(row(2, text(LONGEST).repeat(200))),
            OUT_OF_PROPORTION),
        file(
            "a shared text in every column",
            sheet(row(2, "<c t='s'><v>0</v></c>".repeat(16_384)))
                .strings("<si><t>" + LONGEST + "</t></si>"),
            damaged(", row 2", "the row has more than 4194304 characters")),
        file("cells within cells", sheet("<row r='2'><c><c><v>1</v></c></c></row>"), "a|b / 2: 1"),
        file(
            "rows within rows",
            sheet("<row r='2'><row r='3'><c><v>1</v></c></row></row>"),
            "a|b / 2: 1"),
        file(
            "rows behind the data",
            new XlsxFile()
                .sheetXml(
                    "s",
                    "<worksheet><sheetData>"
                        + HEADER
                        + row(2, number("1"))
                        + "</sheetData><extLst>"
                        + row(3, number("2"))
                        + "</extLst></worksheet>"),
            "a|b / 2: 1"),
        file(
            "duplicate headers in a sheet",
            rows(row(1, text("a"), text("b"), text(" a"))),
            "duplicate_header: f, sheet s, row 1: Columns 1 and 3 are both named 'a' - rename one of"
                + " them"),
        file(
            "a header that is an error",
            rows(row(1, text("a"), "<c t='e'><v>#REF!</v></c>") + row(2, number("1"))),
            "a|#REF! / 2: 1"));
  }

  static XlsxFile sheet(String rows) {
    return rows(HEADER + rows);
  }

  static XlsxFile rows(String rows) {
    return new XlsxFile().sheet("s", rows);
  }

  static String damaged(String message) {
    return "damaged_workbook: f: "
        + message
        + " - open it in Excel, save it as .xlsx and deliver it again";
  }

  static String damaged(String row, String message) {
    return "damaged_workbook: f, sheet s"
        + row
        + ": The sheet is damaged: "
        + message
        + " - open the workbook in Excel, save it as .xlsx and deliver it again";
  }
}
