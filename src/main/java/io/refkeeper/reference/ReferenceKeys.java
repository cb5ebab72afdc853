package io.refkeeper.reference;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.NearestName;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.database.TableName;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.UsageException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The key columns of the reference tables, in the order in which control tables keep a key. */
public final class ReferenceKeys {

  private ReferenceKeys() {}

  /** Every configured reference table with its key. */
  public static Map<TableName, List<String>> of(Configuration configuration) {
    Map<TableName, List<String>> keys = new LinkedHashMap<>();
    for (ReferenceSource source : configuration.referenceTables().values()) {
      if (!source.targetKey().isEmpty()) {
        keys.put(ReferenceTables.of(source), source.targetKey());
      }
    }
    for (Domain domain : configuration.domains().values()) {
      for (ForeignKeyRule key : domain.foreignKeys()) {
        keys.putIfAbsent(ReferenceTables.of(key), key.targetKey());
      }
    }
    return keys;
  }

  /**
   * The reference table that a person names, with or without its schema.
   *
   * @throws UsageException when there is none of that name, or more than one
   */
  public static TableName named(Configuration configuration, String name) {
    Set<TableName> all = of(configuration).keySet();
    requireNamed(all, name);
    List<TableName> found = all.stream().filter(table -> isNamed(table, name)).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    throw unknown(
        "%s is the name of several reference tables".formatted(name),
        "name one of " + found.stream().map(TableName::toString).collect(Collectors.joining(", ")));
  }

  /**
   * Sees to it that at least one of the tables has the name, with or without its schema.
   *
   * @throws UsageException with the nearest name when none has
   */
  public static void requireNamed(Collection<TableName> tables, String name) {
    if (!isNamed(tables, name)) {
      throw unknown("%s is no reference table".formatted(name), nearest(tables, name));
    }
  }

  /** Whether one of the tables has the name, with or without its schema. */
  public static boolean isNamed(Collection<TableName> tables, String name) {
    return tables.stream().anyMatch(table -> isNamed(table, name));
  }

  private static boolean isNamed(TableName table, String name) {
    return table.name().equals(name) || table.toString().equals(name);
  }

  /** Among names without a schema if it was written without one. */
  private static String nearest(Collection<TableName> tables, String name) {
    List<String> whole = tables.stream().map(TableName::toString).toList();
    return NearestName.of(name, whole)
        .or(() -> NearestName.of(name, tables.stream().map(TableName::name).toList()))
        .map(near -> "Did you mean \"%s\"?".formatted(near))
        .orElseGet(() -> "name one of " + String.join(", ", whole));
  }

  private static UsageException unknown(String message, String remedy) {
    return new UsageException(List.of(new Problem("unknown_table", message, "--table", remedy)));
  }
}
