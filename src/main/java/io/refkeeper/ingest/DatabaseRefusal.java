package io.refkeeper.ingest;

import io.refkeeper.database.PostgresMessage;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Why the database refused rows that looked right: a constraint that only it knows.
 *
 * @param row zero-based index of the guilty row within the COPY; -1: the database did not say
 * @param column the column that it named; null: none
 */
record DatabaseRefusal(int row, String column, String code, String reason) {

  private static final Pattern COPY_LINE = Pattern.compile("COPY .*?, line (\\d+)");

  static DatabaseRefusal of(SQLException e) {
    ServerErrorMessage message =
        e instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    if (message == null) {
      return new DatabaseRefusal(-1, null, "database_refused", e.getMessage());
    }
    int row = -1;
    if (message.getWhere() != null) {
      Matcher line = COPY_LINE.matcher(message.getWhere());
      row = line.find() ? Integer.parseInt(line.group(1)) - 1 : -1;
    }
    return new DatabaseRefusal(
        row, message.getColumn(), code(e.getSQLState()), PostgresMessage.of(e));
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
