package io.refkeeper.reference;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.DependencyOrder;
import io.refkeeper.config.DependencyOrder.CycleException;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.Table.ForeignKeyConstraint;
import io.refkeeper.database.TableName;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parents before children: what {@code depends_on} says, completed by the real foreign keys among
 * the reference tables. A table that references itself is no cycle.
 */
public final class ReferenceOrder {

  private final Catalog catalog;

  public ReferenceOrder(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * The reference tables in the order in which they are synced; ties keep file order.
   *
   * @throws CycleException naming the members of a cycle
   */
  public List<ReferenceSource> sources(Configuration configuration) {
    Map<String, ReferenceSource> sources = configuration.referenceTables();
    Map<String, Set<String>> dependencies = dependencies(configuration);
    List<String> positions = List.copyOf(sources.keySet());
    return DependencyOrder.sort(
            positions,
            dependencies::get,
            (first, second) -> positions.indexOf(first) - positions.indexOf(second))
        .stream()
        .map(sources::get)
        .toList();
  }

  /** For every reference table with a source the names of those that it depends on. */
  public Map<String, Set<String>> dependencies(Configuration configuration) {
    Map<TableName, String> names = new LinkedHashMap<>();
    configuration
        .referenceTables()
        .values()
        .forEach(source -> names.put(ReferenceTables.of(source), source.table()));
    Map<String, Set<String>> dependencies = new LinkedHashMap<>();
    for (ReferenceSource source : configuration.referenceTables().values()) {
      Set<String> parents = new LinkedHashSet<>(source.dependsOn());
      for (ForeignKeyConstraint constraint : constraints(ReferenceTables.of(source))) {
        String parent = names.get(constraint.parent());
        if (parent != null && !parent.equals(source.table())) {
          parents.add(parent);
        }
      }
      dependencies.put(source.table(), parents);
    }
    return dependencies;
  }

  /**
   * A domain's foreign keys in the order in which their parents are made.
   *
   * @throws CycleException naming the members of a cycle
   */
  public List<ForeignKeyRule> foreignKeys(Domain domain) {
    return DependencyOrder.sort(
        domain.foreignKeys().stream().map(key -> completed(domain, key)).toList());
  }

  /** The foreign key, depending also on those whose parents its own parents really point to. */
  private ForeignKeyRule completed(Domain domain, ForeignKeyRule key) {
    Set<String> dependsOn = new LinkedHashSet<>(key.dependsOn());
    List<String> filled = key.backfillColumns().stream().map(BackfillColumn::target).toList();
    for (ForeignKeyConstraint constraint : constraints(ReferenceTables.of(key))) {
      boolean hierarchy = constraint.parent().equals(ReferenceTables.of(key));
      if (!hierarchy && filled.containsAll(constraint.columns())) {
        dependsOn.addAll(namesOf(domain.foreignKeys(), constraint.parent()));
      }
    }
    return key.withDependsOn(List.copyOf(dependsOn));
  }

  private static Collection<String> namesOf(List<ForeignKeyRule> keys, TableName parent) {
    return keys.stream()
        .filter(key -> ReferenceTables.of(key).equals(parent))
        .map(ForeignKeyRule::name)
        .toList();
  }

  private List<ForeignKeyConstraint> constraints(TableName table) {
    return catalog.table(table).map(found -> found.foreignKeys()).orElse(List.of());
  }
}
