package io.refkeeper.sync;

import io.refkeeper.config.SourceConnection;
import io.refkeeper.database.CauseChain;
import io.refkeeper.problem.Problem;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Locale;

/** What a failure of the legacy MySQL means. */
final class MySqlProblems {

  private MySqlProblems() {}

  /** Whether the failure, or a cause of it, was thrown by MySQL's driver. */
  static boolean isFrom(Throwable failure) {
    for (Throwable t : CauseChain.of(failure)) {
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

  /** What the driver says, without the stack traces and the times that it appends. */
  static String oneLine(SQLException failure) {
    return failure
        .getMessage()
        .replaceFirst("(?s)Nested Stack Trace.*", "")
        .replaceFirst("(?s)The last packet .*", "")
        .replaceAll("\\s+", " ")
        .strip();
  }

  /** The same, and the cause that the driver keeps to itself: such as "Connection refused". */
  static String withCause(SQLException failure) {
    String message = oneLine(failure);
    Throwable root = failure;
    for (Throwable cause : CauseChain.of(failure)) {
      root = cause;
    }
    String cause =
        root instanceof UnknownHostException
            ? "nobody knows the host " + root.getMessage().replaceFirst(":.*", "")
            : String.valueOf(root.getMessage());
    return root instanceof IOException && !message.contains(cause)
        ? "%s (%s)".formatted(message, cause)
        : message;
  }

  private static String lost(SQLException failure, long rows) {
    if (rows > 0) {
      return "The legacy server was lost after %d rows".formatted(rows);
    }
    for (Throwable t : CauseChain.of(failure)) {
      if (t instanceof SocketTimeoutException silence
          && !String.valueOf(silence.getMessage()).toLowerCase(Locale.ROOT).contains("connect")) {
        return "The legacy server does not answer";
      }
    }
    return "The legacy server cannot be reached";
  }

  /** Within a result the driver tells of the network in its own words, and without a cause. */
  private static boolean isOfTheNetwork(String message) {
    return message.contains("java.io.") || message.contains("java.net.");
  }

  static Problem explain(SQLException failure, TableRun run, SourceConnection connection) {
    String place = "%s from %s".formatted(run.name(), connection);
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    String message = oneLine(failure);
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
        if (state.startsWith("08") || isOfTheNetwork(message)) {
          yield new Problem(
              run.fetched() > 0 ? "source_lost" : "source_unreachable",
              lost(failure, run.fetched()),
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
