package io.refkeeper.ingest;

import io.refkeeper.database.PostgresMessage;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Why the database refused a row that looked right: a constraint that only it knows.
 *
 * @param row zero-based index of the guilty row among those that were tried; -1: unknown
 * @param column the columns that it named; null: none
 * @param value what they hold; null: unknown
 */
record DatabaseRefusal(int row, String column, String value, String code, String reason) {

  static DatabaseRefusal of(SQLException e) {
    ServerErrorMessage message =
        e instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    return message == null
        ? new DatabaseRefusal(-1, null, null, "database_refused", e.getMessage())
        : new DatabaseRefusal(
            -1, message.getColumn(), null, code(e.getSQLState()), PostgresMessage.of(e));
  }

  /** The stable reason code of an SQLSTATE. */
  static String code(String state) {
    return switch (state) {
      case "23502" -> "null_value";
      case "23503" -> "foreign_key_constraint";
      case "23505" -> "unique_constraint";
      case "23514" -> "check_constraint";
      case "23P01" -> "exclusion_constraint";
      default -> "database_refused";
    };
  }
}
