package io.refkeeper.ingest.reader;

import com.fasterxml.aalto.UncheckedStreamException;
import java.io.Closeable;
import java.util.HashSet;
import java.util.Set;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads one XML part of a workbook, event by event, within the bounds that the XML parser does not
 * have: it would keep a text, an attribute, a name or a nesting of any size in memory.
 */
final class PartReader implements Closeable {

  private static final int MAX_DEPTH = 64;

  /** The longest cell, each of its characters written as a reference of eight bytes. */
  static final int MAX_EVENT = 300_000;

  private static final int MAX_NAMES = 300;

  /** Its attributes are left to the one who reads cells: there are too many to look at twice. */
  private static final String CELL = "c";

  private final WorkbookPackage workbook;
  private final String entry;
  private final BoundedStream bytes;
  private final XMLStreamReader xml;
  private final Set<String> names = new HashSet<>();
  private int depth;

  PartReader(WorkbookPackage workbook, String entry, BoundedStream bytes, XMLStreamReader xml) {
    this.workbook = workbook;
    this.entry = entry;
    this.bytes = bytes;
    this.xml = xml;
  }

  /** The parser, to be asked about the event that {@link #next()} came to. */
  XMLStreamReader xml() {
    return xml;
  }

  /** Elements that are open at the event, its own included. */
  int depth() {
    return depth;
  }

  /**
   * Goes to the next event and gives its type.
   *
   * @throws FileRejectedException when the part is no XML, or goes beyond a bound
   */
  int next() {
    bytes.startPiece(MAX_EVENT);
    int event;
    try {
      event = xml.next();
    } catch (FileRejectedException e) {
      throw e; // a bound, from the stream below
    } catch (XMLStreamException | RuntimeException e) {
      // Aalto 1.4.0 has bare RuntimeExceptions for input, too, such as <xmlns:r/> (NsBinding)
      throw unreadable(e);
    }
    switch (event) {
      case XMLStreamConstants.START_ELEMENT -> {
        if (++depth > MAX_DEPTH) {
          throw refused("its elements are nested more than " + MAX_DEPTH + " deep");
        }
        rememberNames();
      }
      case XMLStreamConstants.END_ELEMENT -> depth--;
      case XMLStreamConstants.PROCESSING_INSTRUCTION -> remember(xml.getPITarget());
      case XMLStreamConstants.DTD -> throw refused("it has a document type (DTD)");
      case XMLStreamConstants.ENTITY_REFERENCE ->
          throw refused(
              "it names an entity (&" + xml.getLocalName() + ";), which no workbook does");
      default -> {}
    }
    return event;
  }

  /** Whether there is anything before the end of the part. */
  boolean hasNext() {
    try {
      return xml.hasNext();
    } catch (XMLStreamException e) {
      throw unreadable(e);
    }
  }

  /** Appends the characters of the event. */
  void appendTo(StringBuilder text) {
    try {
      text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
    } catch (UncheckedStreamException e) {
      throw unreadable(e);
    }
  }

  private void rememberNames() {
    String element = xml.getLocalName();
    rememberName(xml.getPrefix(), element);
    int attributes = element.equals(CELL) ? 0 : xml.getAttributeCount();
    for (int i = attributes - 1; i >= 0; i--) {
      rememberName(xml.getAttributePrefix(i), xml.getAttributeLocalName(i));
    }
    for (int i = xml.getNamespaceCount() - 1; i >= 0; i--) {
      remember(xml.getNamespacePrefix(i));
    }
  }

  private void rememberName(String prefix, String name) {
    if (prefix != null && !prefix.isEmpty()) {
      remember(prefix);
      remember(name);
    } else if (name.length() > 1) {
      // the names of cells have one letter, and there cannot be many of those
      remember(name);
    }
  }

  /**
   * Counts the name of a cell's attribute; those of all other elements are counted anyway.
   *
   * @throws FileRejectedException when there are too many names
   */
  void remember(String name) {
    if (names.add(name) && names.size() > MAX_NAMES) {
      throw refused("it uses more than " + MAX_NAMES + " different names");
    }
  }

  private FileRejectedException refused(String reason) {
    return workbook.damaged("The part " + entry + " is refused: " + reason, null);
  }

  /** The rejection of a part that is not well-formed, or ends too early. */
  private FileRejectedException unreadable(Exception e) {
    String reason = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
    return workbook.damaged("The part " + entry + " is damaged: " + reason, e);
  }

  @Override
  public void close() {
    try {
      xml.close();
    } catch (XMLStreamException e) {
      throw unreadable(e);
    }
  }
}
