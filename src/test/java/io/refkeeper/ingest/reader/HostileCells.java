package io.refkeeper.ingest.reader;

import static io.refkeeper.ingest.reader.HostileFile.file;
import static io.refkeeper.ingest.reader.HostileSheets.HEADER;
import static io.refkeeper.ingest.reader.HostileSheets.LONGEST;
import static io.refkeeper.ingest.reader.HostileSheets.damaged;
import static io.refkeeper.ingest.reader.HostileSheets.sheet;
import static io.refkeeper.ingest.reader.XlsxFile.number;
import static io.refkeeper.ingest.reader.XlsxFile.row;
import static io.refkeeper.ingest.reader.XlsxFile.styled;
import static io.refkeeper.ingest.reader.XlsxFile.text;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Workbooks whose cells hold strange values and texts. */
final class HostileCells {

  private HostileCells() {}

  static List<HostileFile> files() {
    return List.of(
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
        file("the longest text", sheet(row(2, text(LONGEST))), "a|b / 2: <32767 characters>"),
        file(
            "a text too long",
            sheet(row(2, text(LONGEST + "x"))),
            damaged(", row 2", "a cell is longer than 32767 characters")),
        file(
            "a shared text too long",
            sheet("").strings("<si><t>" + "x".repeat(65_536) + "</t></si>"),
            damaged("One of the workbook's texts is longer than Excel allows")));
  }
}
