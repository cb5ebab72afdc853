package io.refkeeper.ingest.reader;

import static io.refkeeper.ingest.reader.HostileFile.bytes;
import static io.refkeeper.ingest.reader.HostileFile.file;
import static io.refkeeper.ingest.reader.XlsxFile.number;
import static io.refkeeper.ingest.reader.XlsxFile.relation;
import static io.refkeeper.ingest.reader.XlsxFile.row;
import static io.refkeeper.ingest.reader.XlsxFile.text;

import java.util.List;
import java.util.Map;

/** Workbooks whose zip file, parts or list of sheets are strange. */
final class HostilePackages {

  private static final String ROWS =
      row(1, text("a"), text("b")) + row(2, number("1"), number("2"));
  private static final String SHEET = "<worksheet><sheetData>" + ROWS + "</sheetData></worksheet>";
  private static final String RELATIONS = "xl/_rels/workbook.xml.rels";
  private static final String STRICT = "http://purl.oclc.org/ooxml/";

  private HostilePackages() {}

  static List<HostileFile> files() {
    return List.of(
        file(
            "an old workbook",
            bytes("UTF-8", OddZip.OLE),
            "old_excel_format: f: The file is in the format of Excel 97-2003 (.xls) - open it in"
                + " Excel and save it as .xlsx"),
        file(
            "an encrypted workbook",
            OddZip.ole("EncryptedPackage"),
            "encrypted_workbook: f: The workbook is protected by a password - save it without a"
                + " password and deliver it again"),
        file(
            "an old workbook that speaks of encryption",
            OddZip.ole("EncryptedPackag"),
            "old_excel_format: f: The file is in the format of Excel 97-2003 (.xls) - open it in"
                + " Excel and save it as .xlsx"),
        file(
            "a zip file's first bytes",
            bytes("UTF-8", "PK", 3, 4),
            damaged("The workbook cannot be unpacked: zip END header not found")),
        file(
            "an empty zip file",
            XlsxFile.zip(Map.of()),
            "not_a_workbook: f: The file is a zip archive, but no .xlsx workbook - open it and save"
                + " it as .xlsx or CSV"),
        file(
            "a zip file of something else",
            XlsxFile.zip(Map.of("a.txt", new byte[9])),
            "not_a_workbook: f: The file is a zip archive, but no .xlsx workbook - open it and save"
                + " it as .xlsx or CSV"),
        file(
            "a workbook cut off in the middle",
            OddZip.cut(ordinary().bytes(), 0.5),
            damaged("The workbook cannot be unpacked: zip END header not found")),
        file(
            "a workbook without its last byte",
            OddZip.cut(ordinary().bytes(), 0.999),
            damaged("The workbook cannot be unpacked: zip END header not found")),
        file(
            "a workbook with bytes behind it",
            OddZip.behind(ordinary().bytes(), new byte[100]),
            "a|b / 2: 1|2"),
        file(
            "a workbook with a zip64 directory",
            OddZip.zip64(ordinary().bytes(), 0),
            "a|b / 2: 1|2"),
        file(
            "a directory of 4 GB",
            OddZip.directorySize(ordinary().bytes(), 0xffff_0000),
            damaged("The workbook cannot be unpacked: its directory is damaged or too large")),
        file(
            "a zip64 directory of 8 EB",
            OddZip.zip64(ordinary().bytes(), Long.MAX_VALUE),
            damaged("The workbook cannot be unpacked: its directory is damaged or too large")),
        file(
            "a zip64 directory of half a billion entries",
            OddZip.zip64Entries(ordinary().bytes(), 500_000_000),
            damaged("The workbook cannot be unpacked: its directory is damaged or too large")),
        file(
            "a zip64 record that is not there",
            OddZip.directorySize(ordinary().bytes(), 0xffff_ffff),
            damaged("The workbook cannot be unpacked: its directory is damaged or too large")),
        file(
            "10,001 parts",
            OddZip.parts(10_001),
            damaged("The workbook has more than 10000 parts")),
        file(
            "a part that is there twice",
            OddZip.renamed(
                ordinary().part("xl/worksheets/sheet2.xml", SHEET).bytes(),
                "xl/worksheets/sheet2.xml",
                "xl/worksheets/sheet1.xml"),
            damaged("The workbook contains its part xl/worksheets/sheet1.xml twice")),
        file(
            "a part that is there twice but for case",
            ordinary().part("XL/Workbook.XML", "<x/>"),
            damaged("The workbook contains its part XL/Workbook.XML twice")),
        file(
            "a part of encrypted bytes",
            OddZip.flagged(ordinary().bytes(), 1),
            damaged("The workbook cannot be unpacked: invalid CEN header (encrypted entry)")),
        file(
            "a packing method that nobody has",
            OddZip.packed(ordinary().bytes(), 99),
            damaged(
                "The workbook cannot be unpacked: invalid CEN header (bad compression method: 99)")),
        file("names out of the archive", ordinary().part("../../etc/passwd", "x"), "a|b / 2: 1|2"),
        file(
            "no shared texts, and none wanted",
            ordinary().without("xl/sharedStrings.xml"),
            damaged("The workbook lacks its part xl/sharedStrings.xml")),
        file("no shared texts nor a relation to them", shared(""), "a|b / 2: 1|2"),
        file(
            "no relations",
            ordinary().without(RELATIONS).without("_rels/.rels"),
            damaged("The workbook has no sheet of cells")),
        file(
            "no workbook",
            ordinary().without("xl/workbook.xml"),
            "not_a_workbook: f: The file is a zip archive, but no .xlsx workbook - open it and save"
                + " it as .xlsx or CSV"),
        file(
            "no sheet",
            ordinary().without("xl/worksheets/sheet1.xml"),
            damaged("The workbook lacks its part xl/worksheets/sheet1.xml")),
        file(
            "no styles",
            ordinary().without("xl/styles.xml"),
            damaged("The workbook lacks its part xl/styles.xml")),
        file(
            "a binary workbook",
            ordinary()
                .part("_rels/.rels", relations(relation("r", "officeDocument", "xl/workbook.bin")))
                .part("xl/workbook.bin", "x"),
            "not_a_workbook: f: The file is a zip archive, but no .xlsx workbook - open it and save"
                + " it as .xlsx or CSV"),
        file(
            "a relation out of the archive",
            target("../../../../etc/passwd"),
            damaged("The workbook lacks its part etc/passwd")),
        file(
            "a relation to a web page",
            target("http://example.org/sheet.xml"),
            damaged("The workbook lacks its part xl/http:/example.org/sheet.xml")),
        file(
            "a relation to a file",
            target("file:///etc/passwd"),
            damaged("The workbook lacks its part xl/file:/etc/passwd")),
        file(
            "a relation with dots",
            target("../xl/./worksheets/../worksheets/sheet1.xml"),
            "a|b / 2: 1|2"),
        file(
            "a relation with a leading slash", target("/xl/worksheets/sheet1.xml"), "a|b / 2: 1|2"),
        file("a relation with backslashes", target("worksheets\\sheet1.xml"), "a|b / 2: 1|2"),
        file(
            "a relation to the workbook itself",
            target("workbook.xml"),
            "missing_header: f, sheet s: The sheet has no value in row 1, where its header should"
                + " be, or below - correct format.header_row of the domain, or the workbook"),
        file("the strict format", strict(), "a|b / 2: 1|2"),
        file(
            "prefixed elements",
            ordinary()
                .sheetXml(
                    "s",
                    "<x:worksheet xmlns:x='u'><x:sheetData><x:row r='1'><x:c t='str'><x:v>a</x:v></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"),
            "a / 2: 1"),
        file("a hidden sheet before the shown one", hidden(), "a|b / 2: 1|2"),
        file("a hidden sheet by its name", hidden(), "h / 2: 0").sheets("hidden"),
        file(
            "hidden sheets alone",
            ordinary().sheetState("s", "state='veryHidden'"),
            "a|b / 2: 1|2"),
        file("a chart before the sheet of cells", chart(), "a|b / 2: 1|2"),
        file(
            "a chart alone",
            ordinary()
                .part(
                    RELATIONS, relations(relation("rId1", "chartsheet", "worksheets/sheet1.xml"))),
            damaged("The workbook has no sheet of cells")),
        file(
                "a sheet that is not there",
                ordinary(),
                "sheet_not_found: f: The workbook has no sheet '规模明细'; it has 's' - rename the sheet, or"
                    + " correct 'sheet' of the domain")
            .sheets("规模明细"),
        file("a sheet by its index", hidden(), "a|b / 2: 1|2").sheets("1"),
        file(
                "an index too large",
                ordinary(),
                "sheet_not_found: f: The workbook has no sheet '9999'; it has 's' - rename the sheet, or"
                    + " correct 'sheet' of the domain")
            .sheets("9999"),
        file(
                "a sheet with an odd name",
                new XlsxFile().sheet(" ../&lt;b&gt;&#10;'x' 规模\u00a0".replace("'", "&apos;"), ROWS),
                "a|b / 2: 1|2")
            .sheets("../<b>\n'x' 规模"),
        file(
                "two sheets with different columns",
                new XlsxFile().sheet("s", ROWS).sheet("t", row(1, text("z"))),
                "headers_differ: f, sheet t, row 1: The sheet's columns are [z], those of the sheet"
                    + " before it [a, b] - give both sheets the same columns in the same order"
                    + " (after 1 rows)")
            .sheets("s", "t"));
  }

  private static XlsxFile ordinary() {
    return new XlsxFile().sheet("s", ROWS);
  }

  private static XlsxFile hidden() {
    return new XlsxFile()
        .sheet("hidden", row(1, text("h")) + row(2, number("0")))
        .sheet("shown", ROWS)
        .sheetState("hidden", "state='hidden'");
  }

  private static XlsxFile chart() {
    return new XlsxFile()
        .sheetXml("chart", "<chartsheet/>")
        .sheet("cells", ROWS)
        .part(
            RELATIONS,
            relations(
                relation("rId1", "chartsheet", "worksheets/sheet1.xml")
                    + relation("rId2", "worksheet", "worksheets/sheet2.xml")));
  }

  private static XlsxFile target(String target) {
    return shared(relation("rId1", "worksheet", target));
  }

  private static XlsxFile shared(String relation) {
    String sheet =
        relation.isEmpty() ? relation("rId1", "worksheet", "worksheets/sheet1.xml") : relation;
    return ordinary().without("xl/sharedStrings.xml").part(RELATIONS, relations(sheet));
  }

  private static XlsxFile strict() {
    String relationships = STRICT + "officeDocument/relationships";
    return new XlsxFile()
        .sheetXml(
            "s",
            SHEET.replace("<worksheet>", "<worksheet xmlns='" + STRICT + "spreadsheetml/main'>"))
        .part(
            "xl/workbook.xml",
            "<workbook xmlns='"
                + STRICT
                + "spreadsheetml/main' xmlns:r='"
                + relationships
                + "' conformance='strict'><sheets><sheet name='s' sheetId='1' r:id='rId1'/></sheets></workbook>")
        .part(
            RELATIONS,
            relations(relation("rId1", "worksheet", "worksheets/sheet1.xml"))
                .replace(
                    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    relationships));
  }

  private static String relations(String relations) {
    return "<Relationships>" + relations + "</Relationships>";
  }

  private static String damaged(String message) {
    return "damaged_workbook: f: "
        + message
        + " - open it in Excel, save it as .xlsx and deliver it again";
  }
}
