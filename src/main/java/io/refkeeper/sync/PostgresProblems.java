package io.refkeeper.sync;

import io.refkeeper.config.SourceConnection;
import io.refkeeper.database.CauseChain;
import io.refkeeper.problem.Problem;
import java.net.SocketTimeoutException;
import java.sql.SQLException;

/** What a failure of a PostgreSQL means that is a source. */
final class PostgresProblems {

  private PostgresProblems() {}

  static Problem explain(SQLException failure, TableRun run, SourceConnection connection) {
    String place = "%s from %s".formatted(run.name(), connection);
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    String message = failure.getMessage().replaceAll("\\s+", " ").strip();
    if (state.startsWith("28") || state.equals("42501") || state.equals("08004")) {
      return new Problem(
          "source_access_denied",
          "The PostgreSQL source refused the user: " + message,
          place,
          "Check user and password, and grant SELECT; nothing was written");
    }
    if (state.equals("3D000")) {
      return new Problem(
          "source_database_missing",
          "The PostgreSQL source has no such database: " + message,
          place,
          "Correct the connection's database; nothing was written");
    }
    if (state.startsWith("42")) {
      return new Problem(
          "source_query_refused",
          "The PostgreSQL source refused the query: " + message,
          place,
          "Correct source_config (table, columns, where); nothing was written");
    }
    if (state.startsWith("08") || state.startsWith("57P")) {
      return new Problem(
          run.fetched() > 0 ? "source_lost" : "source_unreachable",
          lost(failure, run.fetched()),
          place,
          "Check host, port, network and TLS of the connection, and that the server runs; nothing was written");
    }
    return new Problem(
        "source_failed",
        "The PostgreSQL source failed (%s): %s".formatted(state, message),
        place,
        "Look at the source; nothing was written");
  }

  private static String lost(SQLException failure, long rows) {
    if (rows > 0) {
      return "The PostgreSQL source was lost after %d rows".formatted(rows);
    }
    for (Throwable cause : CauseChain.of(failure)) {
      if (cause instanceof SocketTimeoutException silence
          && !String.valueOf(silence.getMessage()).contains("onnect")) {
        return "The PostgreSQL source does not answer";
      }
    }
    return "The PostgreSQL source cannot be reached: "
        + failure.getMessage().replaceAll("\\s+", " ").strip();
  }
}
