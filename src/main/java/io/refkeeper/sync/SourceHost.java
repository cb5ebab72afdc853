package io.refkeeper.sync;

import io.refkeeper.config.SourceConnection;
import io.refkeeper.problem.Problem;
import java.util.regex.Pattern;

/** The names of hosts: one must not add a setting to the URL that a driver makes of it. */
final class SourceHost {

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");

  private SourceHost() {}

  /** Throws a SourceFailure when the connection's host is none. */
  static void check(SourceConnection connection) {
    if (connection.host() == null || !HOST.matcher(connection.host()).matches()) {
      throw new SourceFailure(
          new Problem(
              "invalid_host",
              "%s is not a host name".formatted(connection.host()),
              "connection " + connection.name(),
              "Correct its host under connections in reference_sources.yml"));
    }
  }
}
