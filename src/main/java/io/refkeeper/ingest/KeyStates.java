package io.refkeeper.ingest;

import java.util.HashMap;
import java.util.Map;

/**
 * What one load knows of the keys of one foreign key. An answer stays for the whole load: the
 * parents of known keys are locked, and an unknown key is derived at the end.
 */
final class KeyStates {

  /** Known: there, and locked. */
  static final Object KNOWN = new Object();

  /** No parent, and not to be given one by its pattern. */
  static final Object MALFORMED = new Object();

  /** No parent yet. */
  static final Object UNKNOWN = new Object();

  private final Map<Object, Object> states = new HashMap<>();
  private long unknown;
  private boolean replacing;

  /** KNOWN, MALFORMED, UNKNOWN, the key that replaces this one, or null when never seen. */
  Object of(Object key) {
    return states.get(key);
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
