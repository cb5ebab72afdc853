package io.refkeeper.ingest.transform;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the values that a map does not know, by fact column; bounded. */
final class FallThrough {

  private static final int MAX_VALUES = 1000;

  /** Stands for all values beyond the bound. */
  static final String OTHERS = "…";

  private final Map<String, Map<String, Long>> counts = new LinkedHashMap<>();

  void add(String column, String value) {
    Map<String, Long> ofColumn = counts.computeIfAbsent(column, c -> new LinkedHashMap<>());
    boolean full = ofColumn.size() >= MAX_VALUES && !ofColumn.containsKey(value);
    ofColumn.merge(full ? OTHERS : value, 1L, Long::sum);
  }

  Map<String, Map<String, Long>> counts() {
    return Collections.unmodifiableMap(counts);
  }
}
