package io.refkeeper.runtime;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What syncs, loads and people make of reference tables and facts, after the table of strategies in
 * the README; it knows nothing of SQL.
 */
final class SyncModel {

  /** A reference row; the name is null where a load knew none. */
  record Row(String name, boolean derived, boolean review) {}

  /**
   * A fact: day, then a key or null for each reference table, in their order.
   *
   * @param n tells it from all others
   */
  record Fact(String day, List<String> keys, int n) {}

  /** What a sync of a table says that it did. */
  record Counts(long inserted, long updated, long promoted, long deleted, long retained) {}

  /** A reference table, and what its source holds and has delivered. */
  static final class Reference {
    final SyncStrategy strategy;
    final Map<String, Row> rows = new TreeMap<>();
    final Map<String, String> source = new TreeMap<>();
    final Map<String, Long> audited = new TreeMap<>();
    private final Set<String> delivered = new TreeSet<>();
    private final Set<String> retained = new HashSet<>();

    Reference(SyncStrategy strategy) {
      this.strategy = strategy;
    }

    private void audit(String action) {
      audited.merge(action, 1L, Long::sum);
    }

    /** Each row as text. */
    List<String> rowTexts() {
      return rows.entrySet().stream()
          .map(
              row ->
                  "%s|%s|%s|%s"
                      .formatted(
                          row.getKey(),
                          row.getValue().name(),
                          row.getValue().derived() ? "auto_derived" : "authoritative",
                          row.getValue().review()))
          .toList();
    }

    /** Each key that the source is known to have delivered, and whether it was flagged as gone. */
    List<String> deliveredTexts() {
      return delivered.stream().map(key -> key + "|" + retained.contains(key)).toList();
    }
  }

  final Map<String, Reference> references = new TreeMap<>();
  final Map<String, List<Fact>> facts = new TreeMap<>();

  /** Brings a table in line with its source. */
  Counts sync(String table) {
    Reference reference = references.get(table);
    boolean updates = reference.strategy != SyncStrategy.INCREMENTAL;
    long inserted = 0;
    long updated = 0;
    long promoted = 0;
    for (Map.Entry<String, String> entry : reference.source.entrySet()) {
      String key = entry.getKey();
      String name = entry.getValue();
      Row row = reference.rows.get(key);
      boolean back = reference.retained.remove(key);
      if (row == null) {
        reference.rows.put(key, new Row(name, false, false));
        reference.audit("insert");
        inserted++;
      } else if (row.derived()) {
        reference.rows.put(key, new Row(name, false, false));
        reference.audit("promote");
        promoted++;
      } else if (updates && !Objects.equals(row.name(), name) || back) {
        reference.rows.put(key, new Row(name, false, !back && row.review()));
        reference.audit("update");
        updated++;
      }
    }
    reference.delivered.addAll(reference.source.keySet());
    long[] gone = reference.strategy == SyncStrategy.FULL_REPLACE ? removeGone(table) : new long[2];
    return new Counts(inserted, updated, promoted, gone[0], gone[1]);
  }

  /** Rows deleted and rows retained. */
  private long[] removeGone(String table) {
    Reference reference = references.get(table);
    long[] counts = new long[2];
    for (String key : new ArrayList<>(reference.delivered)) {
      if (reference.source.containsKey(key)) {
        continue;
      }
      Row row = reference.rows.get(key);
      if (row == null || row.derived()) {
        forget(reference, key); // no longer its source's
      } else if (!isNamed(table, key)) {
        reference.rows.remove(key);
        forget(reference, key);
        reference.audit("delete");
        counts[0]++;
      } else {
        counts[1]++;
        if (reference.retained.add(key)) {
          reference.rows.put(key, new Row(row.name(), false, true));
          reference.audit("retain");
        }
      }
    }
    return counts;
  }

  private static void forget(Reference reference, String key) {
    reference.delivered.remove(key);
    reference.retained.remove(key);
  }

  private boolean isNamed(String table, String key) {
    int position = List.copyOf(references.keySet()).indexOf(table);
    return facts.values().stream()
        .flatMap(List::stream)
        .anyMatch(fact -> key.equals(fact.keys().get(position)));
  }

  /** Loads facts; parents that are not there are derived. A replacing load takes whole days. */
  void load(String table, boolean replace, List<Fact> file) {
    if (replace) {
      Set<String> days = file.stream().map(Fact::day).collect(Collectors.toSet());
      facts.get(table).removeIf(fact -> days.contains(fact.day()));
    }
    facts.get(table).addAll(file);
    List<Reference> parents = List.copyOf(references.values());
    for (Fact fact : file) {
      for (int i = 0; i < parents.size(); i++) {
        if (fact.keys().get(i) != null) {
          parents.get(i).rows.putIfAbsent(fact.keys().get(i), new Row(null, true, true));
        }
      }
    }
  }

  /** Each fact as text. */
  List<String> factTexts(String table) {
    return facts.get(table).stream()
        .map(
            fact ->
                "%s|%s|%d"
                    .formatted(
                        fact.day(),
                        fact.keys().stream().map(String::valueOf).collect(Collectors.joining("|")),
                        fact.n()))
        .toList();
  }
}
