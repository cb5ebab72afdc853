package io.refkeeper.ingest.reader;

import com.fasterxml.aalto.stax.InputFactoryImpl;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  /** Ten thousand entries with long names take a tenth of this. */
  private static final long MAX_DIRECTORY = 16L << 20;

  /** What is not a sheet or the shared texts. */
  private static final long MAX_SMALL_PART = 32L << 20;

  private static final int MAX_SHEETS = 10_000;

  static final String SAVE_ANEW = "open it in Excel, save it as .xlsx and deliver it again";

  /** A sheet's name, the zip entry that holds it, and whether Excel shows it. */
  record Sheet(String name, String entry, boolean visible) {}

  private final Rejection rejection;
  private final XMLInputFactory xml = xml();
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new HashMap<>();
  private final List<Sheet> sheets = new ArrayList<>();
  private final AtomicLong inflated = new AtomicLong();
  private boolean date1904;
  private String sharedStrings;
  private String styles;

  WorkbookPackage(Path file, Rejection rejection) throws IOException {
    this.rejection = rejection;
    if (ZipDirectory.size(file) > MAX_DIRECTORY) {
      throw damaged("The workbook cannot be unpacked: its directory is damaged or too large", null);
    }
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

  /** Opens a sheet or the shared texts, positioned before the root. */
  PartReader open(String entry) {
    return open(entry, MAX_ENTRY);
  }

  private PartReader open(String entry, long maxBytes) {
    ZipEntry found = entries.get(key(entry));
    if (found == null) {
      throw damaged("The workbook lacks its part " + entry, null);
    }
    long packed = Math.max(found.getCompressedSize(), 0);
    long limit = Math.min(maxBytes, Math.max(ALWAYS_ALLOWED, packed * MAX_RATIO));
    try {
      BoundedStream in =
          new BoundedStream(
              zip.getInputStream(found),
              limit,
              inflated,
              this::bomb,
              () ->
                  damaged(
                      "The part "
                          + entry
                          + " holds a text or tag of more than "
                          + PartReader.MAX_EVENT
                          + " bytes",
                      null));
      return new PartReader(this, entry, in, xml.createXMLStreamReader(in));
    } catch (IOException | XMLStreamException e) {
      throw damaged("The part " + entry + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** A rejection of a workbook that is not what it should be. */
  FileRejectedException damaged(String message, Throwable cause) {
    return rejection.of("damaged_workbook", message, SAVE_ANEW, cause);
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
      ZipEntry entry = next(all);
      if (entries.put(key(entry.getName()), entry) != null) {
        throw damaged("The workbook contains its part " + entry.getName() + " twice", null);
      }
      if (entries.size() > MAX_ENTRIES) {
        throw tooManyParts();
      }
    }
  }

  /** ZipFile decodes a name or a comment only here, and refuses one that is no UTF-8. */
  private ZipEntry next(Enumeration<? extends ZipEntry> all) {
    try {
      return all.nextElement();
    } catch (IllegalArgumentException e) {
      throw damaged("The workbook cannot be unpacked: its directory is damaged or too large", e);
    }
  }

  private FileRejectedException tooManyParts() {
    return damaged("The workbook has more than " + MAX_ENTRIES + " parts", null);
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
    Map<String, String> worksheets = new HashMap<>();
    for (Relation r : relations(folder + "_rels/" + workbook.substring(slash) + ".rels", folder)) {
      if (r.type.endsWith("/worksheet")) {
        worksheets.put(r.id, r.target);
      } else if (r.type.endsWith("/sharedStrings")) {
        sharedStrings = r.target;
      } else if (r.type.endsWith("/styles")) {
        styles = r.target;
      }
    }
    readWorkbook(workbook, worksheets);
  }

  private void readWorkbook(String entry, Map<String, String> worksheets) {
    forEachElement(
        entry,
        element -> {
          switch (element.getLocalName()) {
            case "workbookPr" -> {
              String value = element.getAttributeValue(null, "date1904");
              date1904 = "1".equals(value) || "true".equals(value);
            }
            case "sheet" -> addSheet(element, worksheets);
            default -> {}
          }
        });
  }

  /** Adds a sheet of cells; charts and the like have none. */
  private void addSheet(XMLStreamReader element, Map<String, String> worksheets) {
    String name = element.getAttributeValue(null, "name");
    String state = element.getAttributeValue(null, "state");
    for (int i = 0; i < element.getAttributeCount(); i++) {
      // r:id; its namespace differs between the transitional and the strict format
      boolean isId = element.getAttributeLocalName(i).equals("id");
      String entry = isId ? worksheets.get(element.getAttributeValue(i)) : null;
      if (entry != null && name != null) {
        sheets.add(new Sheet(Text.name(name), entry, state == null || state.equals("visible")));
      }
    }
    if (sheets.size() > MAX_SHEETS) {
      throw damaged("The workbook has more than " + MAX_SHEETS + " sheets", null);
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
          if (id != null && type != null && target != null && relations.size() < MAX_ENTRIES) {
            relations.add(new Relation(id, type, resolve(folder, target)));
          }
        });
    return relations;
  }

  /** The entry that a relation means, as RFC 3986 resolves paths; always within the package. */
  private static String resolve(String folder, String target) {
    String path = target.startsWith("/") ? target : folder + target;
    Deque<String> steps = new ArrayDeque<>();
    for (String step : path.replace('\\', '/').split("/")) {
      if (step.equals("..")) {
        steps.pollLast();
      } else if (!step.isEmpty() && !step.equals(".")) {
        steps.addLast(step);
      }
    }
    return String.join("/", steps);
  }

  /** What to do with each element, in document order. */
  interface ElementVisitor {
    void visit(XMLStreamReader element);
  }

  /** Visits the start of every element of a part that is small. */
  void forEachElement(String entry, ElementVisitor visitor) {
    try (PartReader part = open(entry, MAX_SMALL_PART)) {
      while (part.hasNext()) {
        if (part.next() == XMLStreamConstants.START_ELEMENT) {
          visitor.visit(part.xml());
        }
      }
    }
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT).replace('\\', '/');
  }

  /** One a workbook: a factory keeps every name that its parsers have met. */
  private static XMLInputFactory xml() {
    XMLInputFactory factory = new InputFactoryImpl();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    return factory;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
