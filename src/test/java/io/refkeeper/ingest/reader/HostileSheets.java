package io.refkeeper.ingest.reader;

import static io.refkeeper.ingest.reader.HostileFile.file;
import static io.refkeeper.ingest.reader.XlsxFile.number;
import static io.refkeeper.ingest.reader.XlsxFile.row;
import static io.refkeeper.ingest.reader.XlsxFile.styled;
import static io.refkeeper.ingest.reader.XlsxFile.text;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Workbooks whose cells are strange. */
final class HostileSheets {

  private static final String HEADER = row(1, text("a"), text("b"));
  private static final String LONGEST = "x".repeat(32_767);

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
            "formulas with stored values",
            sheet(row(2, "<c><f>A1+1</f><v>42</v></c>", "<c t='str'><f>X1</f><v>x</v></c>")),
            "a|b / 2: 42|x"),
        file(
            "formulas without stored values",
            sheet(row(2, "<c><f>A1</f></c>", "<c t='s'><f>A1</f><v/></c>")),
            "a|b / 2: !(formula without a stored value)|!(formula without a stored value)"),
        file(
            "a shared formula",
            sheet(row(2, "<c><f t='shared' si='0'/><v>7</v></c>", number("1"))),
            "a|b / 2: 7|1"),
        file(
            "error cells",
            sheet(row(2, "<c t='e'><v>#N/A</v></c>", "<c t='e'><f>1/0</f><v>#DIV/0!</v></c>")),
            "a|b / 2: !#N/A|!#DIV/0!"),
        file(
            "truth values",
            sheet(row(2, "<c t='b'><v>1</v></c>", "<c t='b'><v>false</v></c>")),
            "a|b / 2: true|false"),
        file(
            "dates by format",
            sheet(row(2, styled(0, "45931"), styled(1, "45931.5"))).formats("14", "yyyy/m/d h:mm"),
            "a|b / 2: 2025-10-01|2025-10-01 12:00:00"),
        file(
            "dates from 1904",
            sheet(row(2, styled(0, "44469"))).formats("14").date1904(),
            "a|b / 2: 2025-10-01"),
        file(
            "dates out of range",
            sheet(
                    row(2, styled(0, "-1"), styled(0, "60"))
                        + row(3, styled(0, "2958466"), styled(0, "1e300")))
                .formats("14"),
            "a|b / 2: -1|60 / 3: 2958466|1e300"),
        file(
            "ISO dates",
            sheet(
                row(
                    2,
                    "<c t='d'><v>2025-10-01T00:00:00Z</v></c>",
                    "<c t='d'><v>2025-10-01T13:30:00</v></c>")),
            "a|b / 2: 2025-10-01|2025-10-01 13:30:00"),
        file(
            "elapsed time is no date",
            sheet(row(2, styled(0, "1.5"))).formats("[h]:mm:ss"),
            "a|b / 2: 1.5"),
        file(
            "a style that is not there",
            sheet(row(2, styled(99, "45931"), styled(-1, "1"))).formats("14"),
            "a|b / 2: 45931|1"),
        file(
            "a format of a megabyte",
            sheet(row(2, styled(0, "1"))).formats("y" + "0".repeat(900_000)),
            damaged("The part xl/styles.xml holds a text or tag of more than 300000 bytes")),
        file(
            "numbers with exponents",
            sheet(
                row(2, number("1.50E1"), number("1E-7"))
                    + row(3, number("1E999999999"), number("12E+2"))),
            "a|b / 2: 15|0.0000001 / 3: 1E999999999|1200"),
        file(
            "numbers that are none",
            sheet(row(2, number("NaN"), number("1,5"))),
            "a|b / 2: NaN|1,5"),
        file(
            "a number of 10,000 digits",
            sheet(row(2, number("9".repeat(10_000)), number("1"))),
            "a|b / 2: <10000 characters>|1"),
        file(
            "inline and shared texts of several runs",
            sheet(
                    row(
                        2,
                        "<c t='s'><v>0</v></c>",
                        "<c t='inlineStr'><is><r><t>x</t></r><r><t>y</t></r></is></c>"))
                .strings("<si><r><t>企</t></r><r><t>年</t></r><rPh><t>qi</t></rPh></si>"),
            "a|b / 2: 企年|xy"),
        file(
            "a shared text that is not there",
            sheet(row(2, "<c t='s'><v>0</v></c>")),
            damaged(", row 2", "column 1 names a text that the workbook does not have")),
        file(
            "a shared text of negative number",
            sheet(row(2, "<c t='s'><v>-1</v></c>")),
            damaged(", row 2", "column 1 names a text that the workbook does not have")),
        file(
            "a shared text by no number",
            sheet(row(2, "<c t='s'><v>x</v></c>")),
            damaged(", row 2", "'x' is no number")),
        file("a cell of unknown type", sheet(row(2, "<c t='zzz'><v>x</v></c>")), "a|b / 2: x"),
        file(
            "escapes of what no text can hold",
            sheet(row(2, text("a_x0000_b"), text("_xD800__x000A_"))),
            "a|b / 2: a_x0000_b|_xD800_\\n"),
        file(
            "a reference to NUL",
            sheet(row(2, text("&#0;"))),
            damaged("The part xl/worksheets/sheet1.xml is damaged: Invalid null character")),
        file(
            "a reference to half a surrogate pair",
            sheet(row(2, text("&#xD800;"))),
            damaged(
                "The part xl/worksheets/sheet1.xml is damaged: Invalid xml content character (0xd800)")),
        file(
            "half a surrogate pair in bytes",
            new XlsxFile()
                .sheet("s", "")
                .part(
                    "xl/worksheets/sheet1.xml",
                    HostileFile.bytes(
                        "UTF-8",
                        "<worksheet><sheetData><row><c t='str'><v>",
                        0xed,
                        0xa0,
                        0x80,
                        "</v></c></row></sheetData></worksheet>")),
            damaged(
                "The part xl/worksheets/sheet1.xml is damaged: Illegal XML character ('?' (code 55296 /"
                    + " 0xd800))")),
        file(
            "undecodable bytes in a sheet",
            new XlsxFile()
                .sheet("s", "")
                .part(
                    "xl/worksheets/sheet1.xml",
                    HostileFile.bytes(
                        "UTF-8",
                        "<worksheet><sheetData><row><c t='str'><v>",
                        0xff,
                        "</v></c></row></sheetData></worksheet>")),
            damaged(
                "The part xl/worksheets/sheet1.xml is damaged: Illegal XML character ('ÿ' (code 255))")),
        file(
            "a sheet in UTF-16",
            new XlsxFile()
                .sheet("s", "")
                .part(
                    "xl/worksheets/sheet1.xml",
                    ("\ufeff<?xml version='1.0' encoding='UTF-16'?><worksheet><sheetData>"
                            + HEADER
                            + "</sheetData></worksheet>")
                        .getBytes(StandardCharsets.UTF_16LE)),
            "a|b"),
        file(
            "a sheet in an encoding that nobody has",
            new XlsxFile().sheetXml("s", "<?xml version='1.0' encoding='x-none'?><worksheet/>"),
            damaged(
                "The part xl/worksheets/sheet1.xml cannot be read: Unsupported encoding: x-none")),
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
            "a row whose number is none",
            sheet("<row r='9999999999'/>"),
            damaged(", row 1", "'9999999999' is no number")),
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
        file("the longest text", sheet(row(2, text(LONGEST))), "a|b / 2: <32767 characters>"),
        file(
            "a text too long",
            sheet(row(2, text(LONGEST + "x"))),
            damaged(", row 2", "a cell is longer than 32767 characters")),
        file(
            "a shared text too long",
            sheet("").strings("<si><t>" + "x".repeat(65_536) + "</t></si>"),
            "workbook_too_large: f: One of the workbook's texts is longer than Excel allows - save"
                + " the sheet as CSV, or give Java more memory (-Xmx)"),
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

  private static XlsxFile sheet(String rows) {
    return rows(HEADER + rows);
  }

  private static XlsxFile rows(String rows) {
    return new XlsxFile().sheet("s", rows);
  }

  private static String damaged(String message) {
    return "damaged_workbook: f: "
        + message
        + " - open it in Excel, save it as .xlsx and deliver it again";
  }

  private static String damaged(String row, String message) {
    return "damaged_workbook: f, sheet s"
        + row
        + ": The sheet is damaged: "
        + message
        + " - open the workbook in Excel, save it as .xlsx and deliver it again";
  }
}
