package io.refkeeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An element of a document that has been held against its schema. Reading never fails: what is
 * absent, or of a wrong type (and so reported by the schema), gives the default.
 */
record Element(YamlDocument document, String pointer, ProblemCollector problems) {

  Element child(String key) {
    return new Element(document, YamlDocument.child(pointer, key), problems);
  }

  /** The element's own key. */
  String name() {
    return YamlDocument.lastName(pointer);
  }

  /** Whether the file has the key, be it null. */
  boolean isWritten() {
    return !node().isMissingNode();
  }

  /** Whether the file has a value. */
  boolean isPresent() {
    return isWritten() && !node().isNull();
  }

  boolean isWritten(String key) {
    return child(key).isWritten();
  }

  String text() {
    return node().isTextual() ? node().textValue() : null;
  }

  String text(String key) {
    return child(key).text();
  }

  String text(String key, String otherwise) {
    String text = text(key);
    return text == null ? otherwise : text;
  }

  /** The text, a blank one being none. */
  String textOrNull(String key) {
    String text = text(key);
    return text == null || text.isBlank() ? null : text;
  }

  boolean flag(String key, boolean otherwise) {
    return child(key).node().asBoolean(otherwise);
  }

  long number(String key, long otherwise) {
    return child(key).node().asLong(otherwise);
  }

  double ratio(String key, double otherwise) {
    return child(key).node().asDouble(otherwise);
  }

  /** The texts of a list, or the one text; numbers as text. */
  List<String> texts(String key) {
    JsonNode node = child(key).node();
    List<String> texts = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(item -> texts.add(item.asText()));
    } else if (node.isValueNode() && !node.isNull() && !node.isMissingNode()) {
      texts.add(node.asText());
    }
    return Collections.unmodifiableList(texts);
  }

  /** The constant named like the text; the schema has seen to it that there is one. */
  <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
    String text = text(key);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    return otherwise;
  }

  /** The elements of a list. */
  List<Element> items(String key) {
    Element list = child(key);
    List<Element> items = new ArrayList<>();
    for (int i = 0; list.node().isArray() && i < list.node().size(); i++) {
      items.add(list.child(Integer.toString(i)));
    }
    return items;
  }

  /** The elements of a group, by key, in file order. */
  Map<String, Element> entries(String key) {
    Element group = child(key);
    Map<String, Element> entries = new LinkedHashMap<>();
    group.node().fieldNames().forEachRemaining(name -> entries.put(name, group.child(name)));
    return entries;
  }

  /** A group of texts; a null value stays null. Null if the key is absent. */
  Map<String, String> textMap(String key) {
    if (!child(key).isPresent()) {
      return null;
    }
    Map<String, String> map = new LinkedHashMap<>();
    entries(key).forEach((name, value) -> map.put(name, value.text()));
    return map;
  }

  /** Whether its value has the right shape, as far as the schema can tell. */
  boolean isUsable() {
    return !problems.isUnusable(document, pointer);
  }

  /** Reports a problem at the key. */
  void problem(String code, String message, String remedy) {
    if (isUsable()) {
      problems.atKey(document, pointer, code, withoutSecret(message), remedy);
    }
  }

  /** Reports a problem at the value. */
  void problemInValue(String code, String message, String remedy) {
    if (isUsable()) {
      problems.atValue(document, pointer, code, withoutSecret(message), remedy);
    }
  }

  private String withoutSecret(String message) {
    String text = text();
    boolean hidden = text != null && !text.isEmpty() && document.isHidden(pointer);
    return hidden ? message.replace(text, "(not shown)") : message;
  }

  private JsonNode node() {
    return document.root().at(pointer);
  }
}
