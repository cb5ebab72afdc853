package io.refkeeper.config;

import io.refkeeper.config.ReferenceSource.OnBadRow;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.config.ReferenceSource.SourceType.Ability;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the reference tables of {@code reference_sources.yml}. */
final class ReferenceSourcesReader {

  private final SourceConfigReader sourceConfigs;
  private final List<ForeignKeyRule> foreignKeys;
  private final String defaultSchedule;

  /**
   * @param foreignKeys of all domains: they say what the sources leave out
   * @param defaultSchedule of tables that name none
   */
  ReferenceSourcesReader(
      Map<String, SourceConnection> connections,
      Collection<ForeignKeyRule> foreignKeys,
      String defaultSchedule) {
    this.sourceConfigs = new SourceConfigReader(connections);
    this.foreignKeys = List.copyOf(foreignKeys);
    this.defaultSchedule = defaultSchedule;
  }

  /** All reference tables by name, in file order. */
  Map<String, ReferenceSource> readAll(Element root) {
    Map<String, Element> elements = root.entries("reference_tables");
    Map<String, ReferenceSource> sources = new LinkedHashMap<>();
    elements.forEach((name, table) -> sources.put(name, read(name, table, elements.keySet())));
    try {
      DependencyOrder.sort(
          sources.keySet(), name -> sources.get(name).dependsOn(), (first, second) -> 0);
    } catch (DependencyOrder.CycleException e) {
      elements
          .get(e.members().get(0))
          .child("depends_on")
          .problem(
              "dependency_cycle",
              "Reference tables depend on each other in a circle: " + e.getMessage(),
              "Remove one of these dependencies");
    }
    return Collections.unmodifiableMap(sources);
  }

  private ReferenceSource read(String name, Element table, Set<String> names) {
    SourceType type = SourceTypes.of(table.text("source_type")).orElse(SourceType.MANUAL);
    SyncStrategy strategy = table.choice("sync_strategy", SyncStrategy.class, null);
    if (strategy == null && type != SourceType.MANUAL) {
      table.problem(
          "missing_key",
          "The key \"sync_strategy\" is missing",
          "Write full_replace, incremental or merge");
    }
    checkIncremental(table.child("incremental_column"), type, strategy);
    if (table.flag("lookup_on_demand", false) && !type.can(Ability.LOOKUP)) {
      table
          .child("lookup_on_demand")
          .problem(
              "does_not_belong",
              "\"lookup_on_demand\" does not belong to source_type: %s, which cannot be asked for single keys"
                  .formatted(type),
              "Remove it");
    }
    for (Element item : table.items("depends_on")) {
      if (item.text() != null && !names.contains(item.text())) {
        item.problemInValue(
            "unknown_name",
            "There is no reference table \"%s\"".formatted(item.text()),
            NearestName.remedy(item.text(), names));
      }
    }
    String schema = schema(name, table);
    List<String> fallbackKey = keyOfForeignKeys(name, schema);
    ReferenceSource.SourceConfig config = sourceConfigs.read(name, table, type, fallbackKey);
    return new ReferenceSource(
        name,
        schema,
        config.keyColumns().stream()
            .map(column -> config.columns().getOrDefault(column, column))
            .toList(),
        type,
        config,
        strategy == null ? SyncStrategy.INCREMENTAL : strategy,
        schedule(table.child("schedule"), type),
        table.text("incremental_column"),
        table.texts("depends_on"),
        table.ratio("max_shrink", 0.2),
        table.choice("on_bad_row", OnBadRow.class, OnBadRow.FAIL),
        table.flag("lookup_on_demand", false));
  }

  private static void checkIncremental(Element column, SourceType type, SyncStrategy strategy) {
    if (!column.isWritten()) {
      return;
    }
    if (strategy == SyncStrategy.FULL_REPLACE) {
      column.problem(
          "does_not_belong",
          "\"incremental_column\" cannot go with sync_strategy: full_replace: all that is unchanged"
              + " would look gone",
          "Remove it, or write sync_strategy: merge");
    } else if (!type.can(Ability.INCREMENTAL)) {
      column.problem(
          "does_not_belong",
          "\"incremental_column\" does not belong to a source that is read as a whole",
          "Remove it");
    }
  }

  private String schedule(Element schedule, SourceType type) {
    if (type == SourceType.MANUAL) {
      return ReferenceSource.MANUAL_SCHEDULE;
    }
    String text = schedule.text();
    if (text == null) {
      return defaultSchedule;
    }
    if (text.equals(ReferenceSource.ON_CHANGE)) {
      if (!type.can(Ability.ON_CHANGE)) {
        schedule.problemInValue(
            "does_not_belong",
            "schedule: on_change is only known to source_type: config_file",
            "Write a cron expression");
      }
    } else if (!text.equals(ReferenceSource.MANUAL_SCHEDULE)) {
      Schedules.checkCron(schedule);
    }
    return text;
  }

  private String schema(String name, Element table) {
    String schema = table.text("target_schema");
    if (schema != null) {
      return schema;
    }
    Set<String> schemas =
        foreignKeys.stream()
            .filter(key -> name.equals(key.targetTable()) && key.targetSchema() != null)
            .map(ForeignKeyRule::targetSchema)
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    if (schemas.size() == 1) {
      return schemas.iterator().next();
    }
    table.problem(
        "missing_key",
        schemas.isEmpty()
            ? "The schema of \"%s\" is not known: no foreign key names the table".formatted(name)
            : "The schema of \"%s\" is not known: foreign keys name it in %s"
                .formatted(name, String.join(" and ", schemas)),
        "Add target_schema");
    return null;
  }

  /** The key that the foreign keys to this table name; empty if there is none, or more than one. */
  private List<String> keyOfForeignKeys(String name, String schema) {
    List<List<String>> keys = new ArrayList<>();
    for (ForeignKeyRule key : foreignKeys) {
      boolean points =
          name.equals(key.targetTable())
              && key.targetSchema() != null
              && key.targetSchema().equals(schema);
      if (points && !keys.contains(key.targetKey())) {
        keys.add(key.targetKey());
      }
    }
    return keys.size() == 1 ? keys.get(0) : List.of();
  }
}
