package io.refkeeper.backfill;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A candidate with its final values, ready to be inserted.
 *
 * @param values of the columns besides the key, in the order of the derivation; null: left empty
 * @param conflicts by column, the values that did not win
 * @param leftEmpty by column, why an optional value could not be stored
 * @param refusal why no parent can be made of it; null: it can
 */
public record DerivedParent(
    Candidate candidate,
    List<String> values,
    Map<String, List<String>> conflicts,
    Map<String, String> leftEmpty,
    Refusal refusal) {

  /**
   * Why the rows that name the key go to quarantine.
   *
   * @param code {@code key_does_not_fit}, {@code parent_value_does_not_fit}, {@code
   *     parent_value_missing} or {@code parent_refused}
   */
  public record Refusal(String code, String column, String value, String reason) {}

  static DerivedParent of(Derivation derivation, Candidate candidate) {
    Map<String, List<String>> conflicts = new LinkedHashMap<>();
    Map<String, String> leftEmpty = new LinkedHashMap<>();
    String[] values = new String[derivation.columns().size()];
    Refusal refusal = keyRefusal(derivation, candidate);
    for (int i = 0; i < values.length; i++) {
      Derivation.DerivedColumn derived = derivation.columns().get(i);
      String name = derived.column().name();
      String value = candidate.result(i);
      if (!candidate.conflicts(i).isEmpty()) {
        conflicts.put(name, candidate.conflicts(i));
      }
      String problem = value == null ? null : ColumnFit.problem(derived.column(), value);
      if (problem != null && derived.optional() && !mustBeSet(derived)) {
        leftEmpty.put(name, problem);
      } else if (problem != null && refusal == null) {
        refusal =
            new Refusal("parent_value_does_not_fit", name, value, parent(derivation, problem));
      }
      value = problem == null ? value : null;
      if (value == null && mustBeSet(derived) && refusal == null) {
        refusal =
            new Refusal(
                "parent_value_missing",
                name,
                null,
                parent(derivation, "column %s must not be empty".formatted(name)));
      }
      values[i] = value;
    }
    return new DerivedParent(
        candidate, java.util.Arrays.asList(values), conflicts, leftEmpty, refusal);
  }

  /** The columns, by position, that have a value and can do without. */
  List<Integer> optionalValues(Derivation derivation) {
    List<Integer> optional = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Derivation.DerivedColumn column = derivation.columns().get(i);
      if (values.get(i) != null && column.optional() && !mustBeSet(column)) {
        optional.add(i);
      }
    }
    return optional;
  }

  /** The same parent with a column left empty, for a reason. */
  DerivedParent without(Derivation derivation, int column, String reason) {
    List<String> fewer = new ArrayList<>(values);
    fewer.set(column, null);
    Map<String, String> empty = new LinkedHashMap<>(leftEmpty);
    empty.put(
        derivation.columns().get(column).column().name(),
        "'%s' was refused: %s".formatted(values.get(column), reason));
    return new DerivedParent(candidate, fewer, conflicts, empty, refusal);
  }

  /** The same parent, which the database does not take. */
  DerivedParent refused(Derivation derivation, String reason) {
    Refusal refused = new Refusal("parent_refused", null, null, parent(derivation, reason));
    return new DerivedParent(candidate, values, conflicts, leftEmpty, refused);
  }

  private static boolean mustBeSet(Derivation.DerivedColumn derived) {
    return derived.column().notNull() && !derived.column().fillsItself();
  }

  private static Refusal keyRefusal(Derivation derivation, Candidate candidate) {
    List<String> parts = io.refkeeper.reference.BoundForeignKey.parts(candidate.key());
    for (int i = 0; i < parts.size(); i++) {
      var column = derivation.foreignKey().keyColumns().get(i);
      String problem = ColumnFit.problem(column, parts.get(i));
      if (problem != null) {
        return new Refusal(
            "key_does_not_fit", column.name(), parts.get(i), parent(derivation, problem));
      }
    }
    return null;
  }

  private static String parent(Derivation derivation, String problem) {
    return "no parent in %s: %s".formatted(derivation.foreignKey().parent().name(), problem);
  }
}
