package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource;
import io.refkeeper.database.Table;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which source column goes to which target column. */
final class ColumnMapping {

  private ColumnMapping() {}

  /**
   * Resolves the mapping: {@code columns} if configured, else columns of the same name; the key
   * columns go to the target's key in either case.
   *
   * @param found the columns of the source
   * @param place the source, for messages
   * @throws ProblemException listing every column that one side lacks
   */
  static Map<String, String> resolve(TableRun run, Collection<String> found, String place) {
    ReferenceSource source = run.source();
    Map<String, String> configured = source.sourceConfig().columns();
    List<Problem> problems = new ArrayList<>();
    Map<String, String> mapping = new LinkedHashMap<>();
    configured.forEach(
        (from, to) -> {
          if (!found.contains(from)) {
            problems.add(missingAtSource(run, from, found, place));
          }
          mapping.put(from, to);
        });
    List<String> keys = source.sourceConfig().keyColumns();
    for (int i = 0; keys != null && i < keys.size() && i < source.targetKey().size(); i++) {
      if (!mapping.containsValue(source.targetKey().get(i))) {
        if (!found.contains(keys.get(i))) {
          problems.add(missingAtSource(run, keys.get(i), found, place));
        }
        mapping.put(keys.get(i), source.targetKey().get(i));
      }
    }
    if (configured.isEmpty()) {
      addSameNames(run.target, found, mapping);
    }
    checkTarget(run, mapping, problems, place);
    if (!problems.isEmpty()) {
      throw new ProblemException(problems, null);
    }
    return mapping;
  }

  private static void addSameNames(
      Table target, Collection<String> found, Map<String, String> mapping) {
    for (String name : found) {
      boolean usable = target.column(name).filter(Table.Column::writable).isPresent();
      if (usable && !mapping.containsValue(name) && !TrackingColumns.ALL.contains(name)) {
        mapping.putIfAbsent(name, name);
      }
    }
  }

  private static void checkTarget(
      TableRun run, Map<String, String> mapping, List<Problem> problems, String place) {
    Set<String> seen = new HashSet<>();
    for (String to : mapping.values()) {
      boolean usable = run.target.column(to).filter(Table.Column::writable).isPresent();
      if (!usable || TrackingColumns.ALL.contains(to)) {
        problems.add(
            new Problem(
                "unknown_target_column",
                "Column %s cannot be written: the table has no such column, or it is generated or refkeeper's own"
                    .formatted(to),
                run.name().toString(),
                "Correct source_config.columns; nothing was written"));
      } else if (!seen.add(to)) {
        problems.add(
            new Problem(
                "duplicate_target_column",
                "Two source columns go to column " + to,
                run.name().toString(),
                "Correct source_config.columns; nothing was written"));
      }
    }
    for (String key : run.source().targetKey()) {
      if (!mapping.containsValue(key)) {
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
      TableRun run, String column, Collection<String> found, String place) {
    boolean key =
        run.source().sourceConfig().keyColumns() != null
            && run.source().sourceConfig().keyColumns().contains(column);
    return new Problem(
        key ? "key_column_missing" : "unknown_source_column",
        "The source has no %scolumn %s; it has %s"
            .formatted(key ? "key " : "", column, String.join(", ", found)),
        place,
        "Correct source_config of %s; nothing was written".formatted(run.source().table()));
  }
}
