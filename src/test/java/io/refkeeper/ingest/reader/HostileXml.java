package io.refkeeper.ingest.reader;

import static io.refkeeper.ingest.reader.HostileFile.file;
import static io.refkeeper.ingest.reader.XlsxFile.number;
import static io.refkeeper.ingest.reader.XlsxFile.row;
import static io.refkeeper.ingest.reader.XlsxFile.text;

import java.util.List;

/** Workbooks whose parts are bombs, or no good XML. */
final class HostileXml {

  private static final String ROWS =
      row(1, text("a"), text("b")) + row(2, number("1"), number("2"));
  private static final String SHEET = "<worksheet><sheetData>" + ROWS + "</sheetData></worksheet>";

  private HostileXml() {}

  static List<HostileFile> files() {
    return List.of(
        file(
            "a bomb of spaces",
            ordinary().sheetXml("s", "<worksheet>" + " ".repeat(20_000_000) + "</worksheet>"),
            damaged(
                "The part xl/worksheets/sheet1.xml holds a text or tag of more than 300000 bytes")),
        file(
            "a bomb of rows",
            ordinary().sheet("s", ROWS + "<row><c><v>1</v></c></row>".repeat(900_000)),
            "workbook_too_large: f: A part of the workbook unpacks to more than 14233250 bytes, out"
                + " of proportion to its size - do not open this file unless you trust its sender; deliver"
                + " the data as CSV"
                + " (after 547346 rows)"),
        file(
            "a bomb of shared texts",
            ordinary().strings("<si><t>x</t></si>".repeat(1_000_000)),
            "workbook_too_large: f: The workbook's texts take more than 15 MB of memory"
                + " - save the sheet as CSV, or give Java more memory (-Xmx)"),
        file(
            "a text of two megabytes",
            ordinary().sheet("s", ROWS + row(3, text("x".repeat(2_000_000)))),
            damaged(
                    "The part xl/worksheets/sheet1.xml holds a text or tag of more than 300000 bytes")
                + " (after 1 rows)"),
        file(
            "an attribute of two megabytes",
            ordinary().sheet("s", ROWS + "<row r='3' x='" + "x".repeat(2_000_000) + "'/>"),
            damaged(
                    "The part xl/worksheets/sheet1.xml holds a text or tag of more than 300000 bytes")
                + " (after 1 rows)"),
        file(
            "a comment of two megabytes",
            ordinary().sheet("s", ROWS + "<!--" + "x".repeat(2_000_000) + "-->"),
            damaged(
                    "The part xl/worksheets/sheet1.xml holds a text or tag of more than 300000 bytes")
                + " (after 1 rows)"),
        file(
            "70,000 attributes",
            ordinary().sheet("s", ROWS + "<row r='3'" + numbered(" a", "='' ", 70_000) + "/>"),
            damaged(
                    "The part xl/worksheets/sheet1.xml holds a text or tag of more than 300000 bytes")
                + " (after 1 rows)"),
        file(
            "an element with the prefix xmlns",
            ordinary().sheet("s", ROWS + "<xmlns:r/>"),
            damaged(
                    "The part xl/worksheets/sheet1.xml is damaged: Trying to create non-singleton"
                        + " binding for ns prefix 'xmlns'")
                + " (after 1 rows)"),
        file(
            "100,000 different names",
            ordinary().sheet("s", ROWS + numbered("<a", "/>", 100_000)),
            damaged(
                    "The part xl/worksheets/sheet1.xml is refused: it uses more than 300 different names")
                + " (after 1 rows)"),
        file(
            "100,000 different prefixes",
            ordinary().sheet("s", ROWS + numbered("<x xmlns:a", "='u'/>", 100_000)),
            damaged(
                    "The part xl/worksheets/sheet1.xml is refused: it uses more than 300 different names")
                + " (after 1 rows)"),
        file(
            "100,000 different instructions",
            ordinary().sheet("s", ROWS + numbered("<?a", " ?>", 100_000)),
            damaged(
                    "The part xl/worksheets/sheet1.xml is refused: it uses more than 300 different names")
                + " (after 1 rows)"),
        file(
            "a million elements in each other",
            ordinary().sheet("s", "<x>".repeat(1_000_000)),
            damaged(
                "The part xl/worksheets/sheet1.xml is refused: its elements are nested more than 64 deep")),
        file(
            "a million elements in each other in the workbook",
            ordinary().part("xl/workbook.xml", "<x>".repeat(1_000_000)),
            damaged(
                "The part xl/workbook.xml is refused: its elements are nested more than 64 deep")),
        file(
            "a document type",
            ordinary().sheetXml("s", "<!DOCTYPE worksheet>" + SHEET),
            damaged("The part xl/worksheets/sheet1.xml is refused: it has a document type (DTD)")),
        file(
            "an external entity",
            ordinary()
                .sheetXml(
                    "s",
                    "<!DOCTYPE worksheet [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
                        + SHEET.replace("<v>1</v>", "<v>&x;</v>")),
            damaged("The part xl/worksheets/sheet1.xml is refused: it has a document type (DTD)")),
        file(
            "a billion laughs",
            ordinary()
                .strings()
                .part(
                    "xl/sharedStrings.xml",
                    "<!DOCTYPE s [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><sst><si><t>&b;</t></si></sst>"),
            damaged("The part xl/sharedStrings.xml is refused: it has a document type (DTD)")),
        file(
            "an entity that nobody declared",
            ordinary().sheet("s", row(1, text("&x;"))),
            damaged(
                "The part xl/worksheets/sheet1.xml is refused: it names an entity (&x;), which no"
                    + " workbook does")),
        file(
            "XML that breaks off",
            ordinary().sheetXml("s", SHEET.substring(0, SHEET.length() - 30)),
            damaged(
                "The part xl/worksheets/sheet1.xml is damaged: Unexpected End-of-input in xml document")),
        file(
            "XML that is none",
            ordinary().sheetXml("s", "a,b\n1,2\n"),
            damaged(
                "The part xl/worksheets/sheet1.xml is damaged: Unexpected character 'a' (code 97) in"
                    + " prolog")),
        file(
            "an empty part",
            ordinary().part("xl/worksheets/sheet1.xml", new byte[0]),
            damaged(
                "The part xl/worksheets/sheet1.xml is damaged: Unexpected End-of-input in prolog")));
  }

  private static XlsxFile ordinary() {
    return new XlsxFile().sheet("s", ROWS);
  }

  private static String numbered(String before, String after, int count) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      all.append(before).append(i).append(after);
    }
    return all.toString();
  }

  private static String damaged(String message) {
    return "damaged_workbook: f: "
        + message
        + " - open it in Excel, save it as .xlsx and deliver it again";
  }
}
