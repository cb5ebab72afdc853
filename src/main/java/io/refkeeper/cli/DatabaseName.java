package io.refkeeper.cli;

import io.refkeeper.database.TargetDatabase;
import io.refkeeper.database.embedded.EmbeddedPostgresServer;
import io.refkeeper.problem.ShownPath;

/**
 * Which database a command speaks of.
 *
 * @param embedded whether it is refkeeper's own server
 * @param location {@code host:port/database}
 * @param folder the embedded server's; null otherwise
 */
record DatabaseName(boolean embedded, String location, String folder) {

  private static final String PREFIX = "jdbc:postgresql://";

  static DatabaseName of(TargetDatabase target) {
    String folder =
        target.embedded().map(server -> ShownPath.of(server.path()).toString()).orElse(null);
    String url = target.location();
    return new DatabaseName(
        target.isEmbedded(), url.startsWith(PREFIX) ? url.substring(PREFIX.length()) : url, folder);
  }

  /** What people call it. */
  String words() {
    return embedded ? "embedded at " + folder : location;
  }

  /** How to look into an embedded server: two lines to be pasted into a shell, indented. */
  static String psql(EmbeddedPostgresServer server) {
    return """
          PGPASSWORD=$(cat '%s') \\
            psql postgresql://%s@127.0.0.1:%d/%s"""
        .formatted(
            ShownPath.of(server.passwordFile()), server.user(), server.port(), server.database())
        .indent(4)
        .stripTrailing();
  }
}
