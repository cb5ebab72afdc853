package io.refkeeper.sync;

import io.refkeeper.problem.Problem;
import java.sql.SQLException;

/** What a failure of the legacy MySQL means. */
final class MySqlProblems {

  private MySqlProblems() {}

  /** Whether the failure, or a cause of it, was thrown by MySQL's driver. */
  static boolean isFrom(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t.getClass().getName().startsWith("com.mysql.")) {
        return true;
      }
      for (StackTraceElement frame : t.getStackTrace()) {
        if (t instanceof SQLException && frame.getClassName().startsWith("com.mysql.cj.jdbc")) {
          return true;
        }
      }
    }
    return false;
  }

  static Problem explain(SQLException failure, TableRun run) {
    String place =
        "%s (legacy_mysql, connection %s)"
            .formatted(run.name(), run.source().sourceConfig().connection());
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    String message = failure.getMessage().replaceAll("\\s+", " ").trim();
    return switch (failure.getErrorCode()) {
      case 1044, 1045, 1142, 1143, 1698 ->
          new Problem(
              "source_access_denied",
              "The legacy server refused the user: " + message,
              place,
              "Check user and password, and grant SELECT; nothing was written");
      case 1049 ->
          new Problem(
              "source_database_missing",
              "The legacy server has no such database: " + message,
              place,
              "Correct the connection's database; nothing was written");
      case 1054, 1064, 1146 ->
          new Problem(
              "source_query_refused",
              "The legacy server refused the query: " + message,
              place,
              "Correct source_config (table, columns, where); nothing was written");
      default -> {
        if (state.startsWith("08")) {
          boolean under = run.fetched() > 0;
          yield new Problem(
              under ? "source_lost" : "source_unreachable",
              under
                  ? "The legacy server was lost after %d rows".formatted(run.fetched())
                  : "The legacy server cannot be reached",
              place,
              "Check host, port, network and TLS of the connection, and that the server runs; nothing was written");
        }
        yield new Problem(
            "source_failed",
            "The legacy server failed (%s): %s".formatted(state, message),
            place,
            "Look at the legacy server; nothing was written");
      }
    };
  }
}
