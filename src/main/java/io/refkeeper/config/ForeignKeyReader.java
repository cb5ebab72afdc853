package io.refkeeper.config;

import io.refkeeper.config.ForeignKeyRule.Mode;
import io.refkeeper.config.ForeignKeyRule.OnUnknown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads the foreign keys of one domain. */
final class ForeignKeyReader {

  private ForeignKeyReader() {}

  static List<ForeignKeyRule> readAll(Element domain) {
    List<Element> elements = domain.items("foreign_keys");
    Map<String, Element> byName = new LinkedHashMap<>();
    for (Element key : elements) {
      Element first = byName.putIfAbsent(key.text("name", ""), key);
      if (first != null) {
        key.child("name")
            .problemInValue(
                "duplicate_name",
                "Two foreign keys of this domain are named \"%s\"".formatted(key.text("name")),
                "Rename one of them");
      }
    }
    List<ForeignKeyRule> rules = new ArrayList<>();
    for (Element key : elements) {
      rules.add(read(key, byName));
    }
    checkOrder(rules, byName);
    return List.copyOf(rules);
  }

  private static ForeignKeyRule read(Element key, Map<String, Element> byName) {
    List<String> source = key.texts("source_column");
    List<String> target = key.texts("target_key");
    if (source.size() != target.size()) {
      key.child("target_key")
          .problem(
              "key_length",
              "\"target_key\" names %d column(s), but \"source_column\" names %d"
                  .formatted(target.size(), source.size()),
              "Name as many, in the same order");
    }
    checkNoBlank(key.child("source_column"), source);
    checkNoBlank(key.child("target_key"), target);
    OnUnknown onUnknown = key.choice("on_unknown", OnUnknown.class, OnUnknown.BACKFILL);
    checkDefaultKey(key, onUnknown, target.size());
    checkPattern(key.child("key_pattern"));
    checkDependsOn(key, byName);
    return new ForeignKeyRule(
        key.text("name"),
        source,
        key.text("target_schema"),
        key.text("target_table"),
        target,
        key.choice("mode", Mode.class, Mode.INSERT_MISSING),
        onUnknown,
        key.texts("default_key"),
        key.flag("skip_blank_values", true),
        key.text("key_pattern"),
        key.texts("depends_on"),
        (int) key.number("priority", 1),
        BackfillColumnsReader.read(key, source, target, byName));
  }

  private static void checkNoBlank(Element columns, List<String> names) {
    if (names.stream().anyMatch(String::isBlank)) {
      columns.problemInValue(
          "blank_name", "\"%s\" has a blank name".formatted(columns.name()), "Name a column");
    }
  }

  private static void checkDefaultKey(Element key, OnUnknown onUnknown, int length) {
    List<String> defaultKey = key.texts("default_key");
    if (onUnknown == OnUnknown.USE_DEFAULT && !key.isWritten("default_key")) {
      key.child("on_unknown")
          .problem("missing_key", "on_unknown: use_default needs \"default_key\"", "Add it");
    } else if (onUnknown != OnUnknown.USE_DEFAULT && key.isWritten("default_key")) {
      key.child("default_key")
          .problem(
              "does_not_belong",
              "\"default_key\" is only used with on_unknown: use_default",
              "Remove it, or write on_unknown: use_default");
    } else if (!defaultKey.isEmpty() && defaultKey.size() != length) {
      key.child("default_key")
          .problem(
              "key_length",
              "\"default_key\" has %d value(s), but the key has %d column(s)"
                  .formatted(defaultKey.size(), length),
              "Write a value for each column of target_key");
    }
  }

  private static void checkPattern(Element pattern) {
    try {
      if (pattern.text() != null) {
        Pattern.compile(pattern.text());
      }
    } catch (PatternSyntaxException e) {
      pattern.problemInValue(
          "wrong_pattern",
          "\"%s\" is no regular expression: %s".formatted(pattern.text(), e.getDescription()),
          "Correct it, such as [A-Z0-9]{2,20}");
    }
  }

  private static void checkDependsOn(Element key, Map<String, Element> byName) {
    for (Element item : key.items("depends_on")) {
      if (item.text() != null && !byName.containsKey(item.text())) {
        item.problemInValue(
            "unknown_name",
            "There is no foreign key \"%s\" in this domain".formatted(item.text()),
            NearestName.remedy(item.text(), byName.keySet()));
      }
    }
  }

  private static void checkOrder(List<ForeignKeyRule> rules, Map<String, Element> byName) {
    boolean named = rules.stream().allMatch(rule -> rule.name() != null);
    if (!named || rules.stream().map(ForeignKeyRule::name).distinct().count() < rules.size()) {
      return; // told already; names mean nothing now
    }
    try {
      DependencyOrder.sort(rules);
    } catch (DependencyOrder.CycleException e) {
      byName
          .get(e.members().get(0))
          .child("depends_on")
          .problem(
              "dependency_cycle",
              "Foreign keys depend on each other in a circle: " + e.getMessage(),
              "Remove one of these dependencies");
    }
  }
}
