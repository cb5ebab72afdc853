package io.refkeeper.cli;

import io.refkeeper.database.TargetDatabase;
import io.refkeeper.database.embedded.EmbeddedMariaDb;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The servers that a command works with, and the environment that names them: the target database,
 * and the demo's legacy MySQL when the data folder has one and nobody names another.
 */
final class Servers implements AutoCloseable {

  private final TargetDatabase target;
  private final EmbeddedMariaDb legacy;
  private final Map<String, String> environment;

  private Servers(TargetDatabase target, EmbeddedMariaDb legacy, Map<String, String> environment) {
    this.target = target;
    this.legacy = legacy;
    this.environment = environment;
  }

  /** Starts or attaches to what is embedded; sees to it that the target can be reached. */
  static Servers open(Map<String, String> environment, Path data, int poolSize) {
    boolean external = !environment.getOrDefault("REFKEEPER_DB_URL", "").isBlank();
    EmbeddedMariaDb legacy =
        !external && !environment.containsKey("LEGACY_HOST") && EmbeddedMariaDb.exists(data)
            ? EmbeddedMariaDb.start(data, data.resolve("binaries"))
            : null;
    TargetDatabase target = null;
    try {
      target = TargetDatabase.open(environment, data, poolSize);
      target.requireReachable();
      return new Servers(target, legacy, withLegacy(environment, legacy));
    } catch (RuntimeException e) {
      if (target != null) {
        target.close();
      }
      if (legacy != null) {
        legacy.close();
      }
      throw e;
    }
  }

  /** What the shipped configuration reads to find the legacy MySQL. */
  static Map<String, String> withLegacy(Map<String, String> environment, EmbeddedMariaDb legacy) {
    Map<String, String> all = new HashMap<>(environment);
    if (legacy != null) {
      all.put("LEGACY_HOST", "127.0.0.1");
      all.put("LEGACY_PORT", Integer.toString(legacy.port()));
      all.put("LEGACY_USER", legacy.reader());
      all.put("LEGACY_PASSWORD", legacy.readerPassword());
      all.put("LEGACY_TLS", "disabled");
    }
    return all;
  }

  TargetDatabase target() {
    return target;
  }

  Map<String, String> environment() {
    return environment;
  }

  @Override
  public void close() {
    try {
      target.close();
    } finally {
      if (legacy != null) {
        legacy.close();
      }
    }
  }
}
