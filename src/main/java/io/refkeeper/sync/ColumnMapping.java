package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource;
import io.refkeeper.database.Table;
import io.refkeeper.database.TrackingColumns;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which source column goes to which target column, in the order of the staging columns. */
record ColumnMapping(List<Pair> pairs) {

  /** A column at the source, and the one that it goes to. */
  record Pair(String source, String target) {}

  ColumnMapping {
    pairs = List.copyOf(pairs);
  }

  List<String> sources() {
    return pairs.stream().map(Pair::source).toList();
  }

  List<String> targets() {
    return pairs.stream().map(Pair::target).toList();
  }

  /** Of a source that shows no column, since it has no row: the key alone. */
  static ColumnMapping ofKey(ReferenceSource source) {
    return new ColumnMapping(source.targetKey().stream().map(k -> new Pair(k, k)).toList());
  }

  /**
   * Resolves the mapping: {@code columns} if configured, else columns of the same name; the key
   * columns go to the target's key in either case.
   *
   * @param found the columns of the source
   * @param place the source, for messages
   * @throws ProblemException listing every column that one side lacks
   */
  static ColumnMapping resolve(
      Table target, ReferenceSource source, Collection<String> found, String place) {
    Map<String, String> configured = source.sourceConfig().columns();
    List<Problem> problems = new ArrayList<>();
    Map<String, String> mapping = new LinkedHashMap<>();
    configured.forEach(
        (from, to) -> {
          if (!found.contains(from)) {
            problems.add(missingAtSource(source, from, found, place));
          }
          mapping.put(from, to);
        });
    List<String> keys = source.sourceConfig().keyColumns();
    for (int i = 0; keys != null && i < keys.size() && i < source.targetKey().size(); i++) {
      if (!mapping.containsValue(source.targetKey().get(i))) {
        if (!found.contains(keys.get(i))) {
          problems.add(missingAtSource(source, keys.get(i), found, place));
        }
        mapping.put(keys.get(i), source.targetKey().get(i));
      }
    }
    if (configured.isEmpty()) {
      addSameNames(target, found, mapping);
    }
    checkTarget(target, mapping.values(), problems);
    checkKey(source, mapping.values(), problems, place);
    if (!problems.isEmpty()) {
      throw new ProblemException(problems, null);
    }
    return new ColumnMapping(
        mapping.entrySet().stream().map(e -> new Pair(e.getKey(), e.getValue())).toList());
  }

  private static void addSameNames(
      Table target, Collection<String> found, Map<String, String> mapping) {
    for (String name : found) {
      boolean usable = target.column(name).filter(Table.Column::writable).isPresent();
      if (usable && !mapping.containsValue(name) && !TrackingColumns.names().contains(name)) {
        mapping.putIfAbsent(name, name);
      }
    }
  }

  private static void checkTarget(Table target, Collection<String> mapped, List<Problem> problems) {
    Set<String> seen = new HashSet<>();
    for (String to : mapped) {
      boolean usable = target.column(to).filter(Table.Column::writable).isPresent();
      if (!usable || TrackingColumns.names().contains(to)) {
        problems.add(
            new Problem(
                "unknown_target_column",
                "Column %s cannot be written: the table has no such column, or it is generated or refkeeper's own"
                    .formatted(to),
                target.name().toString(),
                "Correct source_config.columns; nothing was written"));
      } else if (!seen.add(to)) {
        problems.add(
            new Problem(
                "duplicate_target_column",
                "Two source columns go to column " + to,
                target.name().toString(),
                "Correct source_config.columns; nothing was written"));
      }
    }
  }

  private static void checkKey(
      ReferenceSource source, Collection<String> mapped, List<Problem> problems, String place) {
    for (String key : source.targetKey()) {
      if (!mapped.contains(key)) {
        problems.add(
            new Problem(
                "key_column_missing",
                "No column of the source goes to the key column " + key,
                place,
                "Name it in source_config.key_column or source_config.columns; nothing was written"));
      }
    }
  }

  private static Problem missingAtSource(
      ReferenceSource source, String column, Collection<String> found, String place) {
    boolean key =
        source.sourceConfig().keyColumns() != null
            && source.sourceConfig().keyColumns().contains(column);
    return new Problem(
        key ? "key_column_missing" : "unknown_source_column",
        "The source has no %scolumn %s; it has %s"
            .formatted(key ? "key " : "", column, String.join(", ", found)),
        place,
        "Correct source_config of %s; nothing was written".formatted(source.table()));
  }
}
