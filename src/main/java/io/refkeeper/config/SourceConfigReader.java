package io.refkeeper.config;

import io.refkeeper.config.ReferenceSource.SourceConfig;
import io.refkeeper.config.ReferenceSource.SourceType;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads what a source type needs, and reports what belongs to another one. */
final class SourceConfigReader {

  private final Map<String, SourceConnection> connections;

  SourceConfigReader(Map<String, SourceConnection> connections) {
    this.connections = connections;
  }

  /**
   * The source of one reference table.
   *
   * @param fallbackKey key columns of the target, for a source that names no key
   */
  SourceConfig read(String name, Element table, SourceType type, List<String> fallbackKey) {
    Element config = table.child("source_config");
    Element place = config.isWritten() ? config : table;
    table
        .entries("source_config")
        .forEach(
            (key, value) -> {
              if (value.isPresent() && !belongs(key, type)) {
                value.problem(
                    "does_not_belong",
                    "\"%s\" does not belong to source_type: %s".formatted(key, type),
                    "Remove it");
              }
            });
    Map<String, String> columns = config.textMap("columns");
    columns = columns == null ? Map.of() : Collections.unmodifiableMap(columns);
    checkTargets(config.child("columns"), columns);
    boolean database = type.connectionType() != null;
    SourceConnection connection = database ? connection(config, place, type) : null;
    type.required().stream().sorted().forEach(key -> require(config, place, type, key));
    return new SourceConfig(
        connection == null ? null : connection.name(),
        connection == null ? null : database(config, connection, type),
        database ? config.text("table", name) : null,
        keyColumns(config, place, columns, fallbackKey),
        config.text("where"),
        columns,
        config.text("file_path"),
        type.settings().contains("format") ? format(config) : null,
        config.text("url"),
        type.settings().contains("records") ? config.text("records", "") : null,
        config.text("next_page"),
        texts(config, "headers"),
        texts(config, "options"));
  }

  private static Map<String, String> texts(Element config, String key) {
    Map<String, String> texts = config.isPresent() ? config.textMap(key) : null;
    return texts == null ? Map.of() : Collections.unmodifiableMap(texts);
  }

  /** Keys that no type knows are left to the schema. */
  private static boolean belongs(String key, SourceType type) {
    return switch (key) {
      case "key_column" -> true;
      case "columns" -> type != SourceType.MANUAL;
      default ->
          type.settings().contains(key)
              || SourceTypes.all().stream().noneMatch(t -> t.settings().contains(key))
                  && !key.equals("options");
    };
  }

  /** Of MySQL the database; of PostgreSQL the schema, unless it stands for the connection. */
  private static String database(Element config, SourceConnection connection, SourceType type) {
    if (type != SourceType.POSTGRES) {
      return config.text("database", connection.database());
    }
    return config.isWritten("connection") ? config.text("database") : null;
  }

  private static void require(Element config, Element place, SourceType type, String key) {
    if (!config.isWritten(key)) {
      place.problem(
          "missing_key",
          "source_type: %s needs \"%s\" in source_config".formatted(type, key),
          "Add it");
    }
  }

  private static void checkTargets(Element element, Map<String, String> columns) {
    Set<String> targets = new HashSet<>();
    columns.forEach(
        (source, target) -> {
          if (!targets.add(target)) {
            element
                .child(source)
                .problem(
                    "duplicate_target",
                    "The column \"%s\" is filled twice".formatted(target),
                    "Remove one of the two");
          }
        });
  }

  private SourceConnection connection(Element config, Element place, SourceType type) {
    boolean byDatabase = !config.isWritten("connection");
    String name = byDatabase ? config.text("database") : config.text("connection");
    if (name == null) {
      place.problem(
          "missing_key",
          "source_type: %s needs a \"connection\" in source_config".formatted(type),
          "Name one of: " + String.join(", ", connections.keySet()));
      return null;
    }
    Element element = config.child(byDatabase ? "database" : "connection");
    SourceConnection connection = connections.get(name);
    if (connection == null) {
      element.problemInValue(
          "unknown_name",
          byDatabase
              ? "There is no connection named like the database \"%s\"".formatted(name)
              : "There is no connection \"%s\"".formatted(name),
          NearestName.remedy(name, connections.keySet()));
      return null;
    }
    String wanted = type.connectionType();
    if (!connection.type().isEmpty() && !connection.type().equals(wanted)) {
      element.problemInValue(
          "wrong_connection",
          "The connection \"%s\" is of type %s, but source_type: %s needs %s"
              .formatted(name, connection.type(), type, wanted),
          "Name another connection, or change the source_type");
    }
    return connection;
  }

  private static String format(Element config) {
    String path = config.text("file_path", "");
    String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String format = config.text("format");
    if (format != null || path.isEmpty()) {
      return format;
    }
    if (!Set.of("yml", "yaml", "json", "csv").contains(ending)) {
      config
          .child("file_path")
          .problemInValue(
              "missing_key",
              "The format of \"%s\" does not follow from its name".formatted(path),
              "Add format: yaml, json or csv");
    }
    return ending.equals("yml") ? "yaml" : ending;
  }

  private static List<String> keyColumns(
      Element config, Element place, Map<String, String> columns, List<String> fallbackKey) {
    List<String> written = config.texts("key_column");
    if (!written.isEmpty()) {
      return written;
    }
    if (fallbackKey.isEmpty()) {
      place.problem(
          "missing_key",
          "The key is not known: no \"key_column\", and no foreign key that would name it",
          "Add key_column");
      return List.of();
    }
    Map<String, String> sourceOf = new LinkedHashMap<>();
    columns.forEach((source, target) -> sourceOf.put(target, source));
    return fallbackKey.stream().map(target -> sourceOf.getOrDefault(target, target)).toList();
  }
}
