package io.refkeeper.ingest;

import io.refkeeper.reference.BoundForeignKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The load's foreign keys and derivations, in dependency order. */
record Parents(List<Parent> all) {

  List<BoundForeignKey> foreignKeys() {
    return all.stream().map(Parent::foreignKey).toList();
  }

  /** Whether a row can be copied without asking the database anything. */
  boolean allKnown(String[] values) {
    for (Parent parent : all) {
      Object key = parent.foreignKey().key(values);
      boolean known =
          key == null ? parent.foreignKey().rule().skipBlankValues() : parent.states().isKnown(key);
      if (!known || parent.filling() != null) {
        return false;
      }
    }
    return true;
  }

  Map<String, List<String>> keysOf(String[] values) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    for (Parent parent : all) {
      Object key = parent.foreignKey().key(values);
      if (key != null) {
        keys.put(parent.foreignKey().rule().name(), BoundForeignKey.parts(key));
      }
    }
    return keys;
  }
}
