package io.refkeeper.ingest;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one load knows of the keys of one foreign key. An answer stays for the whole load: the
 * parents of known keys are locked, and an unknown key is derived at the end. Written by the
 * loading thread; the reader may ask {@link #isKnown} meanwhile, and hears of a new key a little
 * later.
 */
final class KeyStates {

  /** Known: there, and locked. */
  static final Object KNOWN = new Object();

  /** No parent, and not to be given one by its pattern. */
  static final Object MALFORMED = new Object();

  /** No parent yet. */
  static final Object UNKNOWN = new Object();

  private final Map<Object, Object> states = new ConcurrentHashMap<>();
  private long unknown;
  private long otherSpellings;
  private long foundOnDemand;
  private long asked;
  private boolean replacing;

  /** What a key was replaced by: an alias's target is there, a default stands for no parent. */
  private record Replacement(Object key, boolean unknown) {}

  /** KNOWN, MALFORMED, UNKNOWN, something else when it is replaced, or null when never seen. */
  Object of(Object key) {
    return states.get(key);
  }

  /** Whether the key's parent is there and locked, as far as this thread has heard. */
  boolean isKnown(Object key) {
    return states.get(key) == KNOWN;
  }

  /** The key that replaces this one, by an alias or a default; null: none does. */
  Object replacement(Object key) {
    Object state = replacing ? states.get(key) : null;
    return state instanceof Replacement replacement ? replacement.key() : null;
  }

  void setAlias(Object key, Object target) {
    replacing = true;
    states.put(key, new Replacement(target, false));
  }

  void set(Object key, Object state) {
    if (states.put(key, state) == null && isUnknown(state)) {
      unknown++;
    }
  }

  /** A key whose parent was not there, and was then found at its source. */
  void setFoundOnDemand(Object key) {
    set(key, KNOWN);
    foundOnDemand++;
  }

  /** Distinct keys whose parents were found at their source. */
  long foundOnDemand() {
    return foundOnDemand;
  }

  /** How many of so many more keys may be asked for at the source; counts them. */
  int mayAsk(int more, int most) {
    int allowed = (int) Math.min(more, Math.max(0, most - asked));
    asked += allowed;
    return allowed;
  }

  /** A key without a parent that is replaced by the default key; it counts as unknown. */
  void setDefaulted(Object key, Object defaultKey) {
    replacing = true;
    set(key, new Replacement(defaultKey, true));
  }

  private static boolean isUnknown(Object state) {
    return state == UNKNOWN
        || state == MALFORMED
        || (state instanceof Replacement replacement && replacement.unknown());
  }

  /** All keys seen, each as it was written. */
  List<Object> spellings() {
    return List.copyOf(states.keySet());
  }

  /**
   * Counts keys from now on, and not their spellings.
   *
   * @param groups for each of the spellings the position of the first one that is the same key
   */
  void unite(List<Object> spellings, int[] groups) {
    BitSet distinct = new BitSet(groups.length);
    BitSet withoutParent = new BitSet(groups.length);
    for (int i = 0; i < groups.length; i++) {
      distinct.set(groups[i]);
      if (isUnknown(states.get(spellings.get(i)))) {
        withoutParent.set(groups[i]);
      }
    }
    otherSpellings = groups.length - distinct.cardinality();
    unknown = withoutParent.cardinality();
  }

  /** Distinct keys seen. */
  long distinct() {
    return states.size() - otherSpellings;
  }

  /** Distinct keys without a parent. */
  long unknown() {
    return unknown;
  }

  /** The share of keys whose parents were there before the load, 0 to 1. */
  double coverage() {
    return distinct() == 0 ? 1 : 1 - (double) (unknown + foundOnDemand) / distinct();
  }

  /** The share of keys without a parent, 0 to 1. */
  double unknownRatio() {
    return distinct() == 0 ? 0 : (double) unknown / distinct();
  }
}
