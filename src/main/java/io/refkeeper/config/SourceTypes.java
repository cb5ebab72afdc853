package io.refkeeper.config;

import io.refkeeper.config.ReferenceSource.SourceType;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** The types of sources: those whose classes are on the class path, and {@code manual}. */
final class SourceTypes {

  private static final Map<String, SourceType> BY_WORD = load();

  private SourceTypes() {}

  private static Map<String, SourceType> load() {
    Map<String, SourceType> types = new LinkedHashMap<>();
    for (SourceTypeProvider provider : ServiceLoader.load(SourceTypeProvider.class)) {
      SourceType type = provider.type();
      if (types.putIfAbsent(type.word(), type) != null) {
        throw new IllegalStateException("Two classes are source_type " + type.word());
      }
    }
    types.put(SourceType.MANUAL.word(), SourceType.MANUAL);
    return Collections.unmodifiableMap(types);
  }

  static Collection<SourceType> all() {
    return BY_WORD.values();
  }

  /** The type of that word, if there is one. */
  static Optional<SourceType> of(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }
}
