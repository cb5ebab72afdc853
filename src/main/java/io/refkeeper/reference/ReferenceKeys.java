package io.refkeeper.reference;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.database.TableName;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    List<TableName> all = List.copyOf(of(configuration).keySet());
    List<TableName> found =
        all.stream()
            .filter(table -> table.name().equals(name) || table.toString().equals(name))
            .toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    throw new UsageException(
        List.of(
            new Problem(
                "unknown_table",
                found.isEmpty()
                    ? "%s is no reference table".formatted(name)
                    : "%s is the name of several reference tables".formatted(name),
                "--table",
                "name one of "
                    + all.stream().map(TableName::toString).collect(Collectors.joining(", ")))));
  }
}
