package io.refkeeper.database;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/** What PostgreSQL says of a failure, for people. */
public final class PostgresMessage {

  private PostgresMessage() {}

  /** Message and detail, without severity, position and context. */
  public static String of(SQLException failure) {
    if (!(failure instanceof PSQLException postgres) || postgres.getServerErrorMessage() == null) {
      return failure.getMessage();
    }
    String detail = postgres.getServerErrorMessage().getDetail();
    return postgres.getServerErrorMessage().getMessage()
        + (detail == null ? "" : " (" + detail + ")");
  }
}
