package io.refkeeper.config;

import java.util.Map;

/** Finds where in the files something was configured, for problems that are found later. */
public final class Places {

  static final String DATA_SOURCES = "data_sources.yml";
  static final String REFERENCE_SOURCES = "reference_sources.yml";
  static final String REFERENCE_MANAGEMENT = "reference_management.yml";

  private final Map<String, YamlDocument> documents;

  Places(Map<String, YamlDocument> documents) {
    this.documents = Map.copyOf(documents);
  }

  /**
   * Where a domain, or something in it, is configured; its nearest ancestor if it is not there.
   *
   * @param path keys and list indexes below the domain
   * @return such as {@code config/data_sources.yml:12:7}
   */
  public String domain(String domain, Object... path) {
    return at(DATA_SOURCES, below("/domains", domain), path);
  }

  /** Where a foreign key of a domain, or something in it, is configured. */
  public String foreignKey(String domain, String foreignKey, Object... path) {
    String list = below(below("/domains", domain), "foreign_keys");
    YamlDocument document = documents.get(DATA_SOURCES);
    for (int i = 0; i < document.root().at(list).size(); i++) {
      if (document.root().at(list + "/" + i + "/name").asText().equals(foreignKey)) {
        return at(DATA_SOURCES, list + "/" + i, path);
      }
    }
    return at(DATA_SOURCES, list);
  }

  /** Where a reference table, or something in it, is configured. */
  public String referenceTable(String table, Object... path) {
    return at(REFERENCE_SOURCES, below("/reference_tables", table), path);
  }

  /** Where a connection, or something in it, is configured. */
  public String connection(String connection, Object... path) {
    return at(REFERENCE_SOURCES, below("/connections", connection), path);
  }

  private String at(String file, String pointer, Object... path) {
    String full = pointer;
    for (Object step : path) {
      full = below(full, step.toString());
    }
    return documents.get(file).keyPlace(full);
  }

  private static String below(String pointer, String key) {
    return YamlDocument.child(pointer, key);
  }
}
