package io.refkeeper.cli;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where things are: named by the environment, or else in the installation's own folder, which the
 * script {@code refkeeper} passes as {@code REFKEEPER_HOME}.
 */
record Installation(Map<String, String> environment) {

  Path home() {
    return Path.of(environment.getOrDefault("REFKEEPER_HOME", "")).toAbsolutePath();
  }

  Path data() {
    return folder("REFKEEPER_DATA", "var");
  }

  Path config() {
    return folder("REFKEEPER_CONFIG", "config");
  }

  Path routes() {
    return folder("REFKEEPER_ROUTES", "routes");
  }

  private Path folder(String variable, String name) {
    String value = environment.getOrDefault(variable, "");
    return value.isBlank() ? home().resolve(name) : Path.of(value).toAbsolutePath();
  }
}
