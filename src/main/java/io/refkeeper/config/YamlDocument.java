package io.refkeeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A YAML file as a tree, with the place of everything in it. Elements are named by JSON pointers.
 *
 * @param name as shown to people, such as {@code config/data_sources.yml}
 * @param root never null; an empty file is an empty object
 * @param keys where an element's key stands: {@code line:column}, both from 1
 * @param values where an element's value starts
 * @param fromEnvironment elements whose text was taken from the environment; never shown
 */
record YamlDocument(
    String name,
    JsonNode root,
    Map<String, String> keys,
    Map<String, String> values,
    Set<String> fromEnvironment) {

  private static final Set<String> SECRETS =
      Set.of("password", "token", "slack_webhook", "webhook", "headers", "url");

  /** Where the element's key stands, or that of its nearest ancestor. */
  String keyPlace(String pointer) {
    return place(keys, pointer);
  }

  /** Where the element's value stands, or that of its nearest ancestor. */
  String valuePlace(String pointer) {
    return place(values, pointer);
  }

  /** Whether the element's value may be a secret. */
  boolean isHidden(String pointer) {
    return fromEnvironment.contains(pointer)
        || List.of(pointer.split("/")).stream().anyMatch(SECRETS::contains);
  }

  /** The pointer of a child. */
  static String child(String pointer, String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  /** The last name of a pointer. */
  static String lastName(String pointer) {
    String name = pointer.substring(pointer.lastIndexOf('/') + 1);
    return name.replace("~1", "/").replace("~0", "~");
  }

  private String place(Map<String, String> positions, String pointer) {
    for (String at = pointer; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
      String position = positions.get(at);
      if (position != null) {
        return name + ":" + position;
      }
    }
    return name + ":1:1";
  }
}
