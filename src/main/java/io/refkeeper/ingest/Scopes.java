package io.refkeeper.ingest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.refkeeper.config.Domain;
import io.refkeeper.config.Domain.LoadMode;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.quarantine.QuarantinedRow;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * The scopes that one load replaces. A scope is one {@code replace_by} tuple, NULL being a value;
 * its name is a JSON object of the columns and their values as stored.
 */
final class Scopes {

  /** Types beside those of one spelling whose equal values get one name. */
  private static final Set<String> NAMED_AS_STORED = Set.of("numeric", "bpchar", "citext");

  private final List<Column> columns;
  private final int[] positions;
  private final Map<String, Long> loadedRows = new LinkedHashMap<>();
  private final List<String[]> tuples = new ArrayList<>();
  private final Set<String> onlyQuarantined = new LinkedHashSet<>();

  private Scopes(List<Column> columns, int[] positions) {
    this.columns = columns;
    this.positions = positions;
  }

  /** Of a load that replaces nothing. */
  static Scopes none() {
    return new Scopes(List.of(), new int[0]);
  }

  static Scopes of(Domain domain, Table factTable, List<String> rowColumns) {
    return domain.loadMode() == LoadMode.REPLACE
        ? of(domain.replaceBy(), factTable, rowColumns)
        : none();
  }

  /** What a row in quarantine is superseded by: a later load of its scope, or of its upsert key. */
  static Scopes ofWaiting(Domain domain, Table factTable, List<String> rowColumns) {
    return domain.loadMode() == LoadMode.UPSERT
        ? of(domain.upsertBy(), factTable, rowColumns)
        : of(domain, factTable, rowColumns);
  }

  private static Scopes of(List<String> names, Table factTable, List<String> rowColumns) {
    return new Scopes(
        names.stream().map(name -> factTable.column(name).orElseThrow()).toList(),
        names.stream().mapToInt(rowColumns::indexOf).toArray());
  }

  List<String> columns() {
    return columns.stream().map(Column::name).toList();
  }

  /**
   * A row's scope as a map key, cheap to make and to compare; null when the domain has no scopes.
   * Any thread may ask.
   */
  Object keyOf(String[] values) {
    return keyOf(position -> values[position]);
  }

  /** The same of a row whose values are asked for by their position. */
  Object keyOf(IntFunction<String> values) {
    if (positions.length == 0) {
      return null;
    }
    String[] tuple = new String[positions.length];
    for (int i = 0; i < tuple.length; i++) {
      tuple[i] = values.apply(positions[i]);
    }
    return Arrays.asList(tuple);
  }

  /** The name of a row's scope; null when the domain has none. */
  String scopeOf(String[] values) {
    Object key = keyOf(values);
    return key == null ? null : name(tuple(key));
  }

  private static String[] tuple(Object key) {
    return ((List<?>) key).toArray(String[]::new);
  }

  private String name(String[] tuple) {
    ObjectNode scope = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < tuple.length; i++) {
      scope.put(columns.get(i).name(), tuple[i] == null ? null : stored(columns.get(i), tuple[i]));
    }
    return scope.toString();
  }

  /**
   * A value as it is stored: a scope that a later file spells 1 and an earlier one 1.0 is the same.
   * What only the database can tell to be the same stays different, see {@link #mayHaveOtherNames}.
   */
  private static String stored(Column column, String value) {
    return switch (column.baseType()) {
      case "numeric" -> {
        BigDecimal number = new BigDecimal(value);
        yield (column.precision() < 0
                ? number.stripTrailingZeros()
                : number.setScale(column.scale(), RoundingMode.HALF_UP))
            .toPlainString();
      }
      case "bpchar" -> value.replaceFirst(" +$", "");
      case "citext" -> value.toLowerCase(Locale.ROOT);
      default -> value;
    };
  }

  /**
   * Whether the database can hold scopes equal whose names differ: texts by a nondeterministic
   * collation, an instant in two time zones.
   */
  boolean mayHaveOtherNames() {
    return columns.stream()
        .anyMatch(
            column ->
                !column.equalOnlyAsText()
                    && !(NAMED_AS_STORED.contains(column.baseType())
                        && column.nondeterministicCollation().isEmpty()));
  }

  /** Where a row's values hold the scope; empty when the domain has none. */
  int[] positions() {
    return positions;
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
   * The tuples that rows of these scopes are the first of; from now on they count as being
   * replaced.
   *
   * @param keys as {@link #keyOf} makes them
   * @return values in the order of {@link #columns()}
   */
  List<String[]> beginReplacing(Collection<Object> keys) {
    List<String[]> begun = new ArrayList<>();
    for (Object key : keys) {
      if (loadedRows.putIfAbsent(name(tuple(key)), 0L) == null) {
        begun.add(tuple(key));
      }
    }
    tuples.addAll(begun);
    return begun;
  }

  /** Counts the rows of a batch as loaded, those among them that the database has refused. */
  void countLoaded(Map<Object, long[]> rowsByScope) {
    rowsByScope.forEach((key, rows) -> loadedRows.merge(name(tuple(key)), rows[0], Long::sum));
  }

  /** Counts rows that the database has refused as not loaded. */
  void countRefused(List<QuarantinedRow> refused) {
    if (!columns.isEmpty()) {
      refused.forEach(row -> loadedRows.merge(row.scope(), -1L, Long::sum));
    }
  }

  void countQuarantined(String scope) {
    if (scope != null && !columns.isEmpty()) {
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
