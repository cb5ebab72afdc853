package io.refkeeper.backfill;

import io.refkeeper.reference.KeyVerification;
import java.util.List;

/** Completes a derivation once every row has been seen. */
public final class DerivedParents {

  private final KeyVerification verification;

  public DerivedParents(KeyVerification verification) {
    this.verification = verification;
  }

  /**
   * One parent for each key that the database tells apart, in file order, with its final values.
   */
  public List<DerivedParent> complete(Derivation derivation) {
    List<Object> keys = List.copyOf(derivation.keys());
    derivation.unite(verification.groups(derivation.foreignKey(), keys));
    return derivation.candidates().stream()
        .map(candidate -> DerivedParent.of(derivation, candidate))
        .toList();
  }
}
