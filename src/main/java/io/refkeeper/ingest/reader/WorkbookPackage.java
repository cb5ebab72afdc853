package io.refkeeper.ingest.reader;

import com.fasterxml.aalto.UncheckedStreamException;
import com.fasterxml.aalto.stax.InputFactoryImpl;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The zip file that an .xlsx is, and its table of contents (ECMA-376 part 2). Every byte that is
 * inflated is counted against bounds; XML is read without DTDs and entities.
 */
final class WorkbookPackage implements Closeable {

  private static final int MAX_ENTRIES = 10_000;
  private static final int MAX_RATIO = 250;
  private static final long ALWAYS_ALLOWED = 4L << 20;
  private static final long MAX_ENTRY = 8L << 30;
  private static final int MAX_PARTS = 10_000;
  private static final XMLInputFactory XML = xml();

  /** A sheet's name and the zip entry that holds it. */
  record Sheet(String name, String entry) {}

  private final Rejection rejection;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new HashMap<>();
  private final List<Sheet> sheets = new ArrayList<>();
  private final AtomicLong inflated = new AtomicLong();
  private boolean date1904;
  private String sharedStrings;
  private String styles;

  WorkbookPackage(Path file, Rejection rejection) throws IOException {
    this.rejection = rejection;
    try {
      this.zip = new ZipFile(file.toFile());
    } catch (ZipException | EOFException e) {
      throw damaged("The workbook cannot be unpacked: " + e.getMessage(), e);
    }
    try {
      index();
      readContents();
    } catch (RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  List<Sheet> sheets() {
    return sheets;
  }

  boolean date1904() {
    return date1904;
  }

  /** The entry of the shared strings; null: none. */
  String sharedStrings() {
    return sharedStrings;
  }

  /** The entry of the styles; null: none. */
  String styles() {
    return styles;
  }

  long inflated() {
    return inflated.get();
  }

  long declaredSize(String entry) {
    ZipEntry found = entries.get(key(entry));
    return found == null ? 0 : Math.max(found.getSize(), 0);
  }

  /** Opens an entry as XML, positioned before the root. */
  XMLStreamReader open(String entry) {
    ZipEntry found = entries.get(key(entry));
    if (found == null) {
      throw damaged("The workbook lacks its part " + entry, null);
    }
    long packed = Math.max(found.getCompressedSize(), 0);
    long limit = Math.min(MAX_ENTRY, Math.max(ALWAYS_ALLOWED, packed * MAX_RATIO));
    try {
      InputStream in = new BoundedStream(zip.getInputStream(found), limit, inflated, this::bomb);
      return XML.createXMLStreamReader(in);
    } catch (IOException | XMLStreamException e) {
      throw damaged("The part " + entry + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** A rejection of a workbook that is not what it should be. */
  FileRejectedException damaged(String message, Throwable cause) {
    return rejection.of(
        "damaged_workbook",
        message,
        "open it in Excel, save it as .xlsx and deliver it again",
        cause);
  }

  private FileRejectedException bomb(long limit) {
    return rejection.of(
        "workbook_too_large",
        "A part of the workbook unpacks to more than "
            + limit
            + " bytes, out of proportion to its size",
        "do not open this file unless you trust its sender; deliver the data as CSV");
  }

  private void index() {
    Enumeration<? extends ZipEntry> all = zip.entries();
    while (all.hasMoreElements()) {
      ZipEntry entry = all.nextElement();
      if (entries.put(key(entry.getName()), entry) != null) {
        throw damaged("The workbook contains its part " + entry.getName() + " twice", null);
      }
      if (entries.size() > MAX_ENTRIES) {
        throw damaged("The workbook has more than " + MAX_ENTRIES + " parts", null);
      }
    }
  }

  private void readContents() {
    String workbook = "xl/workbook.xml";
    for (Relation relation : relations("_rels/.rels", "")) {
      if (relation.type.endsWith("/officeDocument")) {
        workbook = relation.target;
      }
    }
    if (!entries.containsKey(key(workbook)) || !workbook.endsWith(".xml")) {
      throw rejection.of(
          "not_a_workbook",
          "The file is a zip archive, but no .xlsx workbook",
          "open it and save it as .xlsx or CSV");
    }
    int slash = workbook.lastIndexOf('/') + 1;
    String folder = workbook.substring(0, slash);
    Map<String, String> targets = new HashMap<>();
    for (Relation r : relations(folder + "_rels/" + workbook.substring(slash) + ".rels", folder)) {
      targets.put(r.id, r.target);
      if (r.type.endsWith("/sharedStrings")) {
        sharedStrings = r.target;
      } else if (r.type.endsWith("/styles")) {
        styles = r.target;
      }
    }
    readWorkbook(workbook, targets);
  }

  private void readWorkbook(String entry, Map<String, String> targets) {
    forEachElement(
        entry,
        element -> {
          switch (element.getLocalName()) {
            case "workbookPr" -> {
              String value = element.getAttributeValue(null, "date1904");
              date1904 = "1".equals(value) || "true".equals(value);
            }
            case "sheet" -> addSheet(element, targets);
            default -> {}
          }
        });
  }

  private void addSheet(XMLStreamReader element, Map<String, String> targets) {
    String name = element.getAttributeValue(null, "name");
    for (int i = 0; i < element.getAttributeCount(); i++) {
      // r:id; its namespace differs between the transitional and the strict format
      boolean isId = element.getAttributeLocalName(i).equals("id");
      if (isId && name != null && targets.containsKey(element.getAttributeValue(i))) {
        sheets.add(new Sheet(Text.name(name), targets.get(element.getAttributeValue(i))));
      }
    }
    if (sheets.size() > MAX_PARTS) {
      throw damaged("The workbook has more than " + MAX_PARTS + " sheets", null);
    }
  }

  private record Relation(String id, String type, String target) {}

  private List<Relation> relations(String entry, String folder) {
    List<Relation> relations = new ArrayList<>();
    if (!entries.containsKey(key(entry))) {
      return relations;
    }
    forEachElement(
        entry,
        element -> {
          String id = element.getAttributeValue(null, "Id");
          String type = element.getAttributeValue(null, "Type");
          String target = element.getAttributeValue(null, "Target");
          if (id != null && type != null && target != null && relations.size() < MAX_PARTS) {
            relations.add(new Relation(id, type, resolve(folder, target)));
          }
        });
    return relations;
  }

  private static String resolve(String folder, String target) {
    return target.startsWith("/") ? target.substring(1) : folder + target;
  }

  /** What to do with each element, in document order. */
  interface ElementVisitor {
    void visit(XMLStreamReader element);
  }

  /** Visits the start of every element of a part that is small. */
  void forEachElement(String entry, ElementVisitor visitor) {
    XMLStreamReader reader = open(entry);
    try {
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamConstants.START_ELEMENT) {
          visitor.visit(reader);
        }
      }
    } catch (XMLStreamException | UncheckedStreamException e) {
      throw unreadable(entry, e);
    }
  }

  /** A part that is not well-formed, or has a DTD, or ends too early. */
  FileRejectedException unreadable(String entry, Exception e) {
    String reason = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
    return damaged("The part " + entry + " is damaged: " + reason, e);
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT).replace('\\', '/');
  }

  private static XMLInputFactory xml() {
    XMLInputFactory factory = new InputFactoryImpl();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    return factory;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
