package io.refkeeper.cli;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where things are: named by the environment, or else in the installation's own folder, which the
 * script {@code refkeeper} passes as {@code REFKEEPER_HOME}.
 */
record Installation(Map<String, String> environment) {

  private static final int USUAL_WIDTH = 80;
  private static final int NARROWEST = 60;

  Path home() {
    return Path.of(environment.getOrDefault("REFKEEPER_HOME", "")).toAbsolutePath();
  }

  Path data() {
    return folder("REFKEEPER_DATA", "var");
  }

  /**
   * Where the inbox and its sister folders are: with the data when somebody names a data folder, so
   * that two of them never share an inbox.
   */
  Path inboxHome() {
    return environment.getOrDefault("REFKEEPER_DATA", "").isBlank() ? home() : data();
  }

  /** A relative path that somebody gives starts where they are, as in any command. */
  Path config() {
    return folder("REFKEEPER_CONFIG", "config");
  }

  Path routes() {
    return folder("REFKEEPER_ROUTES", "routes");
  }

  /** Columns of the terminal as the script has found them; 80 when unknown. */
  int terminalWidth() {
    String columns = environment.getOrDefault("COLUMNS", "");
    return columns.matches("\\d{1,4}")
        ? Math.max(NARROWEST, Integer.parseInt(columns))
        : USUAL_WIDTH;
  }

  private Path folder(String variable, String name) {
    String value = environment.getOrDefault(variable, "");
    return value.isBlank() ? home().resolve(name) : Path.of(value).toAbsolutePath();
  }
}
