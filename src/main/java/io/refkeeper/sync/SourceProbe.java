package io.refkeeper.sync;

import io.refkeeper.config.SourceConnection;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Tries whether a source's server can be reached with its account. */
public final class SourceProbe {

  private SourceProbe() {}

  /** What is wrong with the connection now; empty when it works. Takes some seconds at most. */
  public static Optional<Problem> problem(SourceConnection connection, SyncSettings settings) {
    if (!connection.type().equals("mysql")) {
      return Optional.empty();
    }
    try (Connection open = MySqlDataSource.of(connection, settings).getConnection()) {
      open.getMetaData().getDatabaseProductVersion();
      return Optional.empty();
    } catch (ProblemException e) {
      return Optional.of(e.problems().get(0));
    } catch (SQLException e) {
      return Optional.of(
          new Problem(
              "source_unreachable",
              "%s cannot be reached now: %s".formatted(connection, MySqlProblems.withCause(e)),
              "connection " + connection.name(),
              "syncs from it will fail, and loads go on in degraded mode, until it is back"));
    }
  }
}
