package io.refkeeper.ingest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.refkeeper.config.Domain;
import io.refkeeper.config.Domain.LoadMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The scopes that one load replaces. A scope is one {@code replace_by} tuple, NULL being a value;
 * its name is a JSON object of the columns and their values as stored.
 */
final class Scopes {

  private final List<String> columns;
  private final int[] positions;
  private final Map<String, Long> loadedRows = new LinkedHashMap<>();
  private final List<String[]> tuples = new ArrayList<>();
  private final Set<String> onlyQuarantined = new LinkedHashSet<>();

  private Scopes(List<String> columns, int[] positions) {
    this.columns = columns;
    this.positions = positions;
  }

  static Scopes of(Domain domain, List<String> rowColumns) {
    if (domain.loadMode() != LoadMode.REPLACE) {
      return new Scopes(List.of(), new int[0]);
    }
    return new Scopes(
        domain.replaceBy(), domain.replaceBy().stream().mapToInt(rowColumns::indexOf).toArray());
  }

  List<String> columns() {
    return columns;
  }

  /** The name of a row's scope; null when the domain has none. */
  String scopeOf(String[] values) {
    if (columns.isEmpty()) {
      return null;
    }
    ObjectNode scope = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < positions.length; i++) {
      scope.put(columns.get(i), values[positions[i]]);
    }
    return scope.toString();
  }

  /** Whether one of these positions belongs to the scope. */
  boolean isUnread(BitSet unread) {
    return Arrays.stream(positions).anyMatch(unread::get);
  }

  /** All tuples that were begun, those of the latest call included. */
  List<String[]> begun() {
    return tuples;
  }

  /**
   * The tuples that these rows are the first of; from now on they count as being replaced.
   *
   * @return values in the order of {@link #columns()}
   */
  List<String[]> beginReplacing(List<FactRow> rows) {
    List<String[]> begun = new ArrayList<>();
    for (FactRow row : rows) {
      String scope = scopeOf(row.values());
      if (!loadedRows.containsKey(scope)) {
        loadedRows.put(scope, 0L);
        String[] tuple = new String[positions.length];
        for (int i = 0; i < tuple.length; i++) {
          tuple[i] = row.values()[positions[i]];
        }
        begun.add(tuple);
      }
    }
    tuples.addAll(begun);
    return begun;
  }

  void countLoaded(List<FactRow> rows) {
    if (!columns.isEmpty()) {
      rows.forEach(row -> loadedRows.merge(scopeOf(row.values()), 1L, Long::sum));
    }
  }

  void countQuarantined(String scope) {
    if (scope != null) {
      onlyQuarantined.add(scope);
    }
  }

  /** The scopes whose rows were deleted. */
  Set<String> replaced() {
    return loadedRows.keySet();
  }

  /** Scopes that the file holds and of which no row was loaded: they must not be emptied. */
  List<String> withoutLoadedRow() {
    Set<String> scopes = new LinkedHashSet<>(onlyQuarantined);
    scopes.addAll(loadedRows.keySet());
    return scopes.stream().filter(scope -> loadedRows.getOrDefault(scope, 0L) == 0).toList();
  }
}
