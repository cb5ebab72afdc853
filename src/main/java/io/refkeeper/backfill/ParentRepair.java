package io.refkeeper.backfill;

import java.util.List;

/**
 * What is tried with a parent that the table does not take: its optional values are left empty, one
 * after the other, until the failure goes away or becomes another one; when none helps, the parent
 * is refused.
 */
final class ParentRepair {

  private final Derivation derivation;
  private DerivedParent candidate;
  private DerivedParent base;
  private Failure failure;
  private List<Integer> optional = List.of();
  private int next;

  /**
   * Why the table did not take a parent.
   *
   * @param detail which row it was; empty: none
   */
  record Failure(String message, String detail) {
    String text() {
      return detail.isEmpty() ? message : "%s (%s)".formatted(message, detail);
    }
  }

  ParentRepair(Derivation derivation, DerivedParent parent) {
    this.derivation = derivation;
    this.candidate = parent;
  }

  /** What is to be tried now, or became of it. */
  DerivedParent candidate() {
    return candidate;
  }

  /**
   * Takes notice of a trial.
   *
   * @param result of the candidate; null: the table took it
   * @return whether it is settled
   */
  boolean tried(Failure result) {
    if (result == null) {
      return true;
    }
    // the detail shows the row, which was another one
    if (failure == null || !failure.message().equals(result.message())) {
      base = candidate;
      failure = result;
      optional = base.optionalValues(derivation);
      next = 0;
    }
    if (next == optional.size()) {
      candidate = base.refused(derivation, failure.text());
      return true;
    }
    candidate = base.without(derivation, optional.get(next++), failure.text());
    return false;
  }
}
