package io.refkeeper.ingest;

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
  private boolean replacing;

  /** KNOWN, MALFORMED, UNKNOWN, the key that replaces this one, or null when never seen. */
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
    return state == KNOWN || state == MALFORMED || state == UNKNOWN ? null : state;
  }

  void setAlias(Object key, Object target) {
    replacing = true;
    states.put(key, target);
  }

  void set(Object key, Object state) {
    if (states.put(key, state) == null && (state == UNKNOWN || state == MALFORMED)) {
      unknown++;
    }
  }

  /** A key without a parent that is replaced by the default key; it counts as unknown. */
  void setDefaulted(Object key, Object defaultKey) {
    replacing = true;
    if (states.put(key, defaultKey) == null) {
      unknown++;
    }
  }

  /** Distinct keys seen. */
  long distinct() {
    return states.size();
  }

  /** Distinct keys without a parent. */
  long unknown() {
    return unknown;
  }
}
