package io.refkeeper.config;

import io.refkeeper.config.ForeignKeyRule.Aggregation;
import io.refkeeper.config.ForeignKeyRule.AggregationType;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what a derived parent is filled with, from the long form or the short one. */
final class BackfillColumnsReader {

  private BackfillColumnsReader() {}

  /**
   * The columns of a derived parent; those of its key come first, whether mentioned or not.
   *
   * @param byName the foreign keys of the domain
   */
  static List<BackfillColumn> read(
      Element key, List<String> source, List<String> target, Map<String, Element> byName) {
    if (key.isWritten("derive_columns") && key.isWritten("backfill_columns")) {
      key.child("derive_columns")
          .problem(
              "does_not_belong",
              "\"derive_columns\" and \"backfill_columns\" are two forms of the same",
              "Keep one of them");
    }
    List<BackfillColumn> columns = new ArrayList<>();
    for (int i = 0; i < Math.min(source.size(), target.size()); i++) {
      columns.add(new BackfillColumn(source.get(i), target.get(i), false, Aggregation.FIRST));
    }
    Set<String> targets = new HashSet<>();
    if (key.isWritten("derive_columns")) {
      for (Element name : key.items("derive_columns")) {
        add(columns, targets, target, shortForm(name.text(), key, byName), name);
      }
    } else {
      for (Element column : key.items("backfill_columns")) {
        add(columns, targets, target, longForm(column), column);
      }
    }
    return List.copyOf(columns);
  }

  private static void add(
      List<BackfillColumn> columns,
      Set<String> targets,
      List<String> keyColumns,
      BackfillColumn column,
      Element element) {
    if (!targets.add(column.target())) {
      element.problem(
          "duplicate_target",
          "The column \"%s\" is filled twice".formatted(column.target()),
          "Remove one of the two");
    } else if (!keyColumns.contains(column.target())) {
      columns.add(column);
    } else {
      BackfillColumn own =
          columns.stream().filter(c -> c.target().equals(column.target())).findFirst().orElse(null);
      boolean same =
          own != null
              && own.source().equals(column.source())
              && column.aggregation().type() == AggregationType.FIRST;
      if (own != null && !same) {
        element.problem(
            "wrong_key_source",
            "The key column \"%s\" is filled from something else than \"%s\""
                .formatted(own.target(), own.source()),
            "Remove it: key columns are filled from source_column");
      }
    }
  }

  private static BackfillColumn longForm(Element column) {
    Aggregation aggregation = AggregationReader.read(column.child("aggregation"));
    boolean template = AggregationReader.isTemplate(aggregation.type());
    if (template && column.isWritten("source")) {
      column
          .child("source")
          .problem(
              "does_not_belong",
              "\"source\" does not belong to a column that is filled by a template",
              "Remove it: the template names its columns");
    } else if (!template && !column.isWritten("source")) {
      column.problem(
          "missing_key",
          "The backfill column \"%s\" has no \"source\"".formatted(column.text("target")),
          "Name the fact column that fills it, or use a template");
    }
    return new BackfillColumn(
        template ? null : column.text("source"),
        column.text("target"),
        column.flag("optional", false),
        aggregation);
  }

  /** The same name on both sides, unless the name is one side of a key. */
  private static BackfillColumn shortForm(String name, Element key, Map<String, Element> byName) {
    List<Element> keys = new ArrayList<>(List.of(key));
    for (String dependency : key.texts("depends_on")) {
      if (byName.containsKey(dependency)) {
        keys.add(byName.get(dependency));
      }
    }
    for (Element candidate : keys) {
      List<String> source = candidate.texts("source_column");
      List<String> target = candidate.texts("target_key");
      int at = target.contains(name) ? target.indexOf(name) : source.indexOf(name);
      if (at >= 0 && at < source.size() && at < target.size()) {
        return new BackfillColumn(source.get(at), target.get(at), false, Aggregation.FIRST);
      }
    }
    return new BackfillColumn(name, name, false, Aggregation.FIRST);
  }
}
