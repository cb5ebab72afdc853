package io.refkeeper.runtime;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What syncs, loads and people make of reference tables and facts, after the table of strategies in
 * the README, and what of it is in the audit log; it knows nothing of SQL.
 */
final class SyncModel {

  /** The columns of a reference table beside its key; the last one names another of its rows. */
  static final List<String> COLUMNS = List.of("name", "note", "parent");

  private static final int PARENT = COLUMNS.indexOf("parent");

  /**
   * A reference row; a value is null where nobody knew one.
   *
   * @param byPerson the columns that a person changed last
   */
  record Row(List<String> values, Set<Integer> byPerson, boolean derived, boolean review) {
    static final Row DERIVED =
        new Row(Collections.nCopies(COLUMNS.size(), null), Set.of(), true, true);

    String text() {
      return "%s|%s|%s"
          .formatted(
              values.stream().map(String::valueOf).collect(Collectors.joining("|")),
              derived ? "auto_derived" : "authoritative",
              review);
    }

    /** The row with a column set by a person. */
    Row set(int column, String value) {
      List<String> changed = new ArrayList<>(values);
      Set<Integer> people = new TreeSet<>(byPerson);
      if (!java.util.Objects.equals(changed.set(column, value), value)) {
        people.add(column);
      }
      return new Row(changed, people, derived, review);
    }

    /** What a source makes of the values; a NULL does not clear what a person has set. */
    Row filledFrom(List<String> source) {
      List<String> changed = new ArrayList<>(values);
      Set<Integer> people = new TreeSet<>(byPerson);
      for (int c = 0; c < changed.size(); c++) {
        boolean kept = source.get(c) == null && people.contains(c);
        if (!kept && !java.util.Objects.equals(changed.set(c, source.get(c)), source.get(c))) {
          people.remove(c);
        }
      }
      return new Row(changed, people, derived, review);
    }
  }

  /**
   * A fact: day, then a key or null for each reference table, in their order.
   *
   * @param n tells it from all others
   */
  record Fact(String day, List<String> keys, int n) {}

  /** What a sync of a table says that it did. */
  record Outcome(
      String status, long inserted, long updated, long promoted, long deleted, long retained) {
    boolean isDone() {
      return status.equals("ok") || status.equals("unchanged");
    }

    private static Outcome nothing(String status) {
      return new Outcome(status, 0, 0, 0, 0, 0);
    }
  }

  /** A reference table, and what its source holds and has delivered. */
  static final class Reference {
    final SyncStrategy strategy;
    final double maxShrink;
    final Map<String, Row> rows = new TreeMap<>();
    final Map<String, List<String>> source = new TreeMap<>();
    private final Set<String> delivered = new TreeSet<>();
    private final Set<String> retained = new TreeSet<>();

    Reference(SyncStrategy strategy, double maxShrink) {
      this.strategy = strategy;
      this.maxShrink = maxShrink;
    }

    private Reference copy() {
      Reference copy = new Reference(strategy, maxShrink);
      copy.rows.putAll(rows);
      copy.source.putAll(source);
      copy.delivered.addAll(delivered);
      copy.retained.addAll(retained);
      return copy;
    }

    /** Each row as text. */
    List<String> rowTexts() {
      return rows.entrySet().stream()
          .map(row -> row.getKey() + "|" + row.getValue().text())
          .toList();
    }

    /** Each key that the source is known to have delivered, and whether it was flagged as gone. */
    List<String> deliveredTexts() {
      return delivered.stream().map(key -> key + "|" + retained.contains(key)).toList();
    }

    /** Rows at the source whose parent is neither there nor here. */
    List<String> orphans() {
      return source.entrySet().stream()
          .filter(row -> row.getValue().get(PARENT) != null)
          .filter(row -> !source.containsKey(row.getValue().get(PARENT)))
          .filter(row -> !rows.containsKey(row.getValue().get(PARENT)))
          .map(Map.Entry::getKey)
          .toList();
    }

    /** Whether the source has lost too much since it was synced last. */
    private boolean isShrunk() {
      Set<String> known = new TreeSet<>(delivered);
      known.removeAll(retained);
      long lost = known.stream().filter(key -> !source.containsKey(key)).count();
      return lost > maxShrink * known.size();
    }
  }

  final Map<String, Reference> references = new TreeMap<>();
  final Map<String, List<Fact>> facts = new TreeMap<>();

  /** What the audit log got of syncs and loads since somebody emptied this. */
  final List<String> audited = new ArrayList<>();

  /** The same tables and sources, for trying a sync; the facts are shared. */
  SyncModel copy() {
    SyncModel copy = new SyncModel();
    references.forEach((table, reference) -> copy.references.put(table, reference.copy()));
    copy.facts.putAll(facts);
    return copy;
  }

  private void audit(String table, String what, String key, Row before, String after) {
    audited.add(
        "%s %s %s: %s -> %s"
            .formatted(table, what, key, before == null ? "nothing" : before.text(), after));
  }

  /** Brings a table in line with its source. */
  Outcome sync(String table, boolean force) {
    Reference reference = references.get(table);
    if (!reference.orphans().isEmpty()) {
      return Outcome.nothing("failed");
    }
    if (!force && reference.isShrunk()) {
      return Outcome.nothing("held");
    }
    int before = audited.size();
    long[] counts = new long[5];
    for (Map.Entry<String, List<String>> entry : reference.source.entrySet()) {
      counts[bring(table, reference, entry.getKey(), entry.getValue())]++;
    }
    reference.delivered.addAll(reference.source.keySet());
    long[] gone = new long[2];
    if (reference.strategy == SyncStrategy.FULL_REPLACE) {
      gone = removeGone(table);
    } else {
      reference.delivered.retainAll(reference.source.keySet());
    }
    return new Outcome(
        audited.size() > before ? "ok" : "unchanged",
        counts[1],
        counts[2],
        counts[3],
        gone[0],
        gone[1]);
  }

  /** Brings one row; 0: it was equal, 1: inserted, 2: updated, 3: promoted. */
  private int bring(String table, Reference reference, String key, List<String> source) {
    Row row = reference.rows.get(key);
    boolean back = reference.retained.remove(key);
    Row changed;
    int what;
    if (row == null) {
      changed = new Row(source, Set.of(), false, false);
      what = 1;
    } else if (row.derived()) {
      Row filled = row.filledFrom(source);
      changed = new Row(filled.values(), filled.byPerson(), false, false);
      what = 3;
    } else {
      Row filled = reference.strategy == SyncStrategy.INCREMENTAL ? row : row.filledFrom(source);
      changed = new Row(filled.values(), filled.byPerson(), false, !back && row.review());
      what = back || !filled.values().equals(row.values()) ? 2 : 0;
    }
    if (what != 0) {
      reference.rows.put(key, changed);
      String action = List.of("insert", "update", "promote").get(what - 1);
      audit(table, "sync " + action, key, row, changed.text());
    }
    return what;
  }

  /** Rows deleted and rows retained; a hierarchy is taken from its leaves. */
  private long[] removeGone(String table) {
    Reference reference = references.get(table);
    Set<String> gone = new TreeSet<>(reference.delivered);
    gone.removeAll(reference.source.keySet());
    gone.stream()
        .filter(key -> !reference.rows.containsKey(key) || reference.rows.get(key).derived())
        .toList()
        .forEach(
            key -> {
              gone.remove(key); // no longer its source's
              forget(reference, key);
            });
    long[] counts = new long[2];
    for (String leaf = leaf(table, gone); leaf != null; leaf = leaf(table, gone)) {
      gone.remove(leaf);
      forget(reference, leaf);
      audit(table, "sync delete", leaf, reference.rows.remove(leaf), "nothing");
      counts[0]++;
    }
    for (String key : gone) {
      counts[1]++;
      if (reference.retained.add(key)) {
        Row row = reference.rows.get(key);
        Row flagged = new Row(row.values(), row.byPerson(), false, true);
        reference.rows.put(key, flagged);
        audit(table, "sync retain", key, row, flagged.text() + "|" + naming(table, key));
      }
    }
    return counts;
  }

  private String leaf(String table, Set<String> gone) {
    return gone.stream().filter(key -> naming(table, key) == 0).findFirst().orElse(null);
  }

  private static void forget(Reference reference, String key) {
    reference.delivered.remove(key);
    reference.retained.remove(key);
  }

  /** How many facts and other rows of the table name a row. */
  long naming(String table, String key) {
    int position = List.copyOf(references.keySet()).indexOf(table);
    long children =
        references.get(table).rows.entrySet().stream()
            .filter(row -> !row.getKey().equals(key))
            .filter(row -> key.equals(row.getValue().values().get(PARENT)))
            .count();
    return children
        + facts.values().stream()
            .flatMap(List::stream)
            .filter(fact -> key.equals(fact.keys().get(position)))
            .count();
  }

  /** Loads facts; parents that are not there are derived. A replacing load takes whole days. */
  void load(String table, boolean replace, List<Fact> file) {
    if (replace) {
      Set<String> days = file.stream().map(Fact::day).collect(Collectors.toSet());
      facts.get(table).removeIf(fact -> days.contains(fact.day()));
    }
    facts.get(table).addAll(file);
    for (Fact fact : file) {
      int position = 0;
      for (Map.Entry<String, Reference> parent : references.entrySet()) {
        String key = fact.keys().get(position++);
        if (key != null && parent.getValue().rows.putIfAbsent(key, Row.DERIVED) == null) {
          audit(parent.getKey(), "load insert", key, null, Row.DERIVED.text());
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

  /** Values of a row, some of them null. */
  static List<String> values(String... values) {
    return Arrays.asList(values);
  }
}
