package io.refkeeper.database;

import io.refkeeper.problem.Problem;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;

/** Why the target database could not be connected to, each with a remedy of its own. */
final class ConnectionFailure {

  private static final String EMBEDDED =
      "; without REFKEEPER_DB_URL refkeeper uses a server of its own";

  private ConnectionFailure() {}

  /**
   * The failure for people.
   *
   * @param location the server's URL without parameters
   */
  static Problem explain(SQLException failure, String location) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    String message = PostgresMessage.of(failure).replaceAll("\\s+", " ").strip();
    return switch (state) {
      case "28P01" ->
          refused(message, location, "check REFKEEPER_DB_USER and REFKEEPER_DB_PASSWORD");
      case "28000" ->
          refused(
              message,
              location,
              "check REFKEEPER_DB_USER; the server must have that role, with LOGIN, and let it in"
                  + " from here (its pg_hba.conf)");
      case "08004" -> refused(message, location, "set REFKEEPER_DB_USER and REFKEEPER_DB_PASSWORD");
      case "42501" ->
          refused(message, location, "let a DBA grant it: grant connect on database … to …");
      case "3D000" ->
          new Problem(
              "target_database_missing",
              "The server has no such database: " + message,
              location,
              "create that database, or correct its name at the end of REFKEEPER_DB_URL");
      case "53300" ->
          unreachable(message, location, "end other connections or raise max_connections");
      case "57P03" -> unreachable(message, location, "try again in a moment");
      default -> network(failure, message, location);
    };
  }

  private static Problem network(SQLException failure, String message, String location) {
    for (Throwable cause : CauseChain.of(failure)) {
      if (cause instanceof UnknownHostException) {
        return unreachable(
            "nobody knows the host " + cause.getMessage(),
            location,
            "correct the host in REFKEEPER_DB_URL, or make its name known to this machine"
                + EMBEDDED);
      }
      if (cause instanceof SSLException) {
        return unreachable(
            message,
            location,
            "check the server's certificate, and sslmode and sslrootcert in REFKEEPER_DB_URL");
      }
      if (cause instanceof ConnectException && message.contains("refused")) {
        return unreachable(
            "the connection was refused, so no PostgreSQL listens there",
            location,
            "start that server, or correct host and port in REFKEEPER_DB_URL" + EMBEDDED);
      }
    }
    return unreachable(
        message,
        location,
        "check host and port in REFKEEPER_DB_URL, and the network and firewalls between"
            + EMBEDDED);
  }

  private static Problem refused(String message, String location, String remedy) {
    return new Problem(
        "target_access_denied",
        "The target database refuses this account: " + message,
        location,
        remedy);
  }

  private static Problem unreachable(String message, String location, String remedy) {
    return new Problem(
        "target_unreachable",
        "The target database cannot be reached: " + message,
        location,
        remedy);
  }
}
