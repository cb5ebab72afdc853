package io.refkeeper.config;

import io.refkeeper.config.ReferenceSource.SourceType;

/**
 * Tells of a type of source. Implementations have a constructor without arguments and are named in
 * {@code META-INF/services/io.refkeeper.config.SourceTypeProvider}.
 */
public interface SourceTypeProvider {

  /** What the configuration says to it, and what it can do. */
  SourceType type();
}
