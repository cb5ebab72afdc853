package io.refkeeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.refkeeper.config.ColumnRule.Otherwise;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ShownPath;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the column rules of one domain, and the files that their value maps stand in. */
final class ColumnRulesReader {

  private final Path home;

  /**
   * @param home the folder that a map_file's path starts from
   */
  ColumnRulesReader(Path home) {
    this.home = home;
  }

  List<ColumnRule> readAll(Element domain) {
    List<ColumnRule> rules = new ArrayList<>();
    Set<String> targets = new HashSet<>();
    for (Element column : domain.items("columns")) {
      ColumnRule rule = read(column);
      if (rule.target() != null && !targets.add(rule.target())) {
        column
            .child("target")
            .problemInValue(
                "duplicate_target",
                "Two rules fill the column \"%s\"".formatted(rule.target()),
                "Remove one of them");
      }
      rules.add(rule);
    }
    return List.copyOf(rules);
  }

  private ColumnRule read(Element column) {
    boolean hasMap = column.isWritten("map") || column.isWritten("map_file");
    if (column.isWritten("map") && column.isWritten("map_file")) {
      column
          .child("map_file")
          .problem(
              "does_not_belong", "\"map\" and \"map_file\" are both given", "Keep one of them");
    }
    if (column.isWritten("otherwise") && !hasMap) {
      column
          .child("otherwise")
          .problem("does_not_belong", "\"otherwise\" is only used with a map", "Remove it");
    }
    column.items("formats").forEach(ColumnRulesReader::checkFormat);
    if (column.text("source") != null && column.text("source").isBlank()) {
      column
          .child("source")
          .problemInValue("blank_name", "\"source\" has a blank name", "Name a column");
    }
    return new ColumnRule(
        column.text("source"),
        column.text("target"),
        column.texts("formats"),
        map(column),
        column.isWritten("otherwise")
            ? new Otherwise(true, column.text("otherwise"))
            : Otherwise.KEEP,
        column.flag("optional", false));
  }

  private static void checkFormat(Element format) {
    try {
      if (format.text() != null && !format.text().equals("excel")) {
        DateTimeFormatter.ofPattern(format.text(), Locale.ROOT);
      }
    } catch (IllegalArgumentException e) {
      format.problemInValue(
          "wrong_format",
          "\"%s\" is no date pattern: %s".formatted(format.text(), e.getMessage()),
          "Write one such as yyyyMM, or excel");
    }
  }

  private Map<String, String> map(Element column) {
    if (column.text("map_file") != null) {
      return mapFile(column.child("map_file"));
    }
    Map<String, String> map = column.textMap("map");
    return map == null ? null : Collections.unmodifiableMap(map);
  }

  private Map<String, String> mapFile(Element element) {
    List<Problem> found = new ArrayList<>();
    String name = ShownPath.of(home.resolve(element.text())).toString();
    // a data file: what looks like a placeholder is data
    YamlDocument file = YamlReader.read(home.resolve(element.text()), name, n -> null, found);
    boolean missing = found.stream().anyMatch(problem -> problem.code().equals("file_missing"));
    if (missing) {
      element.problemInValue(
          "file_missing",
          "The map_file \"%s\" does not exist".formatted(element.text()),
          "Paths start at " + ShownPath.of(home));
    } else {
      found.forEach(element.problems()::add);
    }
    Map<String, String> map = new LinkedHashMap<>();
    if (file != null) {
      file.root().fieldNames().forEachRemaining(key -> put(map, file, key, element));
      if (!file.root().isObject()) {
        element
            .problems()
            .atValue(
                file,
                "",
                "wrong_type",
                "The file must be a map of text to text",
                "Write key: value");
      }
    }
    return Collections.unmodifiableMap(map);
  }

  private static void put(Map<String, String> map, YamlDocument file, String key, Element element) {
    JsonNode value = file.root().get(key);
    if (!value.isTextual()) {
      element
          .problems()
          .atValue(
              file,
              YamlDocument.child("", key),
              "wrong_type",
              "The value of \"%s\" must be text".formatted(key),
              "Put it in quotes");
    }
    map.put(key, value.asText());
  }
}
