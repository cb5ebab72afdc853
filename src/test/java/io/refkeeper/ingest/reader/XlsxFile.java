package io.refkeeper.ingest.reader;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes .xlsx files part by part, also such as no program would write. */
final class XlsxFile {

  private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  private static final String TYPES =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

  private final Map<String, byte[]> parts = new LinkedHashMap<>();
  private final Map<String, String> sheets = new LinkedHashMap<>();
  private final Map<String, String> states = new LinkedHashMap<>();
  private String workbookProperties = "";

  /** A sheet with the rows' XML. */
  XlsxFile sheet(String name, String rows) {
    sheets.put(name, "<worksheet><sheetData>" + rows + "</sheetData></worksheet>");
    return this;
  }

  XlsxFile sheetXml(String name, String xml) {
    sheets.put(name, xml);
    return this;
  }

  XlsxFile strings(String... items) {
    return part("xl/sharedStrings.xml", "<sst>" + String.join("", items) + "</sst>");
  }

  XlsxFile part(String name, String xml) {
    return part(name, xml(xml));
  }

  XlsxFile part(String name, byte[] content) {
    parts.put(name, content);
    return this;
  }

  /** Leaves a part out that is there otherwise. */
  XlsxFile without(String name) {
    return part(name, (byte[]) null);
  }

  /** The attributes of a sheet in the workbook's list, such as {@code state='hidden'}. */
  XlsxFile sheetState(String name, String attributes) {
    states.put(name, attributes);
    return this;
  }

  /** Cell styles 0, 1, 2 ... with these number formats: an id, or a code. */
  XlsxFile formats(String... formats) {
    StringBuilder codes = new StringBuilder();
    StringBuilder styles = new StringBuilder();
    int custom = 164;
    for (String format : formats) {
      String id = format;
      if (!format.matches("[0-9]+")) {
        id = String.valueOf(custom++);
        String code = format.replace("&", "&amp;").replace("\"", "&quot;");
        codes.append("<numFmt numFmtId='" + id + "' formatCode='" + code + "'/>");
      }
      styles.append("<xf numFmtId='" + id + "'/>");
    }
    return part(
        "xl/styles.xml",
        "<styleSheet><numFmts>"
            + codes
            + "</numFmts><cellStyleXfs><xf numFmtId='14'/>"
            + "</cellStyleXfs><cellXfs>"
            + styles
            + "</cellXfs></styleSheet>");
  }

  XlsxFile date1904() {
    workbookProperties = "<workbookPr date1904='1'/>";
    return this;
  }

  Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  /** The zip file. */
  byte[] bytes() {
    StringBuilder list = new StringBuilder();
    StringBuilder relations = new StringBuilder();
    Map<String, byte[]> all = new LinkedHashMap<>();
    int n = 0;
    for (Map.Entry<String, String> sheet : sheets.entrySet()) {
      n++;
      list.append("<sheet name='" + sheet.getKey() + "' sheetId='" + n + "' r:id='rId" + n + "' ");
      list.append(states.getOrDefault(sheet.getKey(), "")).append("/>");
      relations.append(relation("rId" + n, "worksheet", "worksheets/sheet" + n + ".xml"));
      all.put("xl/worksheets/sheet" + n + ".xml", xml(sheet.getValue()));
    }
    relations.append(relation("rIdS", "styles", "styles.xml"));
    relations.append(relation("rIdT", "sharedStrings", "/xl/sharedStrings.xml"));
    all.put("xl/styles.xml", xml("<styleSheet/>"));
    all.put("xl/sharedStrings.xml", xml("<sst/>"));
    all.put(
        "xl/workbook.xml",
        xml(
            "<workbook xmlns:r='"
                + TYPES
                + "'>"
                + workbookProperties
                + "<sheets>"
                + list
                + "</sheets></workbook>"));
    all.put("xl/_rels/workbook.xml.rels", xml("<Relationships>" + relations + "</Relationships>"));
    all.put(
        "_rels/.rels",
        xml(
            "<Relationships>"
                + relation("r", "officeDocument", "xl/workbook.xml")
                + "</Relationships>"));
    all.putAll(parts);
    all.values().removeIf(content -> content == null);
    return zip(all);
  }

  /** A zip file of these entries. */
  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] xml(String text) {
    return bytes(text.startsWith("<?xml") ? text : DECLARATION + text);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String relation(String id, String type, String target) {
    return "<Relationship Id='" + id + "' Type='" + TYPES + type + "' Target='" + target + "'/>";
  }

  /** A row of cells given as XML. */
  static String row(int number, String... cells) {
    return "<row r='" + number + "'>" + String.join("", cells) + "</row>";
  }

  static String text(String value) {
    return "<c t='inlineStr'><is><t>" + value + "</t></is></c>";
  }

  static String number(String value) {
    return "<c><v>" + value + "</v></c>";
  }

  static String styled(int style, String value) {
    return "<c s='" + style + "'><v>" + value + "</v></c>";
  }
}
