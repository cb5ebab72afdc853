package io.refkeeper.ingest;

import io.refkeeper.backfill.Candidate;
import io.refkeeper.backfill.Derivation;
import io.refkeeper.backfill.DerivedParent;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** What backfill did in one load: parents made, parents refused, columns filled. */
final class BackfillOutcome {

  private final Map<Derivation, List<DerivedParent>> derived = new IdentityHashMap<>();
  private final Map<Candidate, DerivedParent.Refusal> refused = new IdentityHashMap<>();
  private final Map<String, Long> filled = new HashMap<>();
  private final Map<Derivation, Long> derivingNanos = new IdentityHashMap<>();
  private final Map<Derivation, Long> recordingNanos = new IdentityHashMap<>();
  private long quarantinedBefore;

  void refuse(DerivedParent parent) {
    refused.put(parent.candidate(), parent.refusal());
  }

  void derived(Derivation derivation, List<DerivedParent> parents) {
    derived.put(derivation, parents);
  }

  /** How long the parents of a derivation took to be derived, inserted and locked. */
  void derivingTook(Derivation derivation, long nanos) {
    derivingNanos.merge(derivation, nanos, Long::sum);
  }

  /** How long audit and provenance took. */
  void recordingTook(Derivation derivation, long nanos) {
    recordingNanos.merge(derivation, nanos, Long::sum);
  }

  long derivingNanos(Derivation derivation) {
    return derivingNanos.getOrDefault(derivation, 0L);
  }

  long recordingNanos(Derivation derivation) {
    return recordingNanos.getOrDefault(derivation, 0L);
  }

  void filled(String foreignKey, long rows) {
    filled.merge(foreignKey, rows, Long::sum);
  }

  void begin(long quarantined) {
    quarantinedBefore = quarantined;
  }

  /** Quarantined rows before the held rows were released. */
  long quarantinedBefore() {
    return quarantinedBefore;
  }

  /** Whether any parent could not be made. */
  boolean refusedAny() {
    return !refused.isEmpty();
  }

  /** Why the parent that a row names could not be made; null when it could, or was there. */
  DerivedParent.Refusal refusal(Parent parent, String[] values) {
    if (parent.derivation() == null || refused.isEmpty()) {
      return null;
    }
    Object key = parent.foreignKey().key(values);
    Candidate candidate = key == null ? null : parent.derivation().candidate(key);
    return candidate == null ? null : refused.get(candidate);
  }

  /** The parents that this load made for a derivation and that are still there. */
  List<DerivedParent> inserted(Derivation derivation) {
    return derived.getOrDefault(derivation, List.of()).stream()
        .filter(parent -> parent.candidate().inserted())
        .toList();
  }

  long filled(String foreignKey) {
    return filled.getOrDefault(foreignKey, 0L);
  }
}
