package io.refkeeper.database;

import java.sql.SQLException;
import java.util.regex.Pattern;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Failures for which rows are to blame, and not the server or the network. */
public final class RowFailure {

  /**
   * The SQLSTATEs that blame data, as a regular expression for Java and PostgreSQL: data,
   * integrity, triggers, WITH CHECK OPTION, PL/pgSQL. A trigger may raise a state of its own: the
   * SQL standard leaves classes that begin with I to Z to users, of which PostgreSQL has taken XX.
   */
  static final String STATES = "^(09|22|23|27|44|45|[I-WYZ]|X[^X])";

  private static final Pattern PATTERN = Pattern.compile(STATES);

  private RowFailure() {}

  /** Whether a row is to blame. */
  public static boolean is(SQLException e) {
    return e.getSQLState() != null && PATTERN.matcher(e.getSQLState()).find();
  }

  /**
   * Tries statements inside the caller's transaction; when rows are to blame they are undone, and
   * the transaction goes on. Locks that they took are given back then.
   *
   * @return null when they succeeded
   */
  public static SQLException attempt(JdbcTemplate jdbc, Runnable statements) {
    jdbc.execute("savepoint refkeeper_attempt");
    try {
      statements.run();
      jdbc.execute("release savepoint refkeeper_attempt");
      return null;
    } catch (DataAccessException e) {
      if (!(e.getMostSpecificCause() instanceof SQLException cause) || !is(cause)) {
        throw e;
      }
      jdbc.execute("rollback to savepoint refkeeper_attempt");
      jdbc.execute("release savepoint refkeeper_attempt");
      return cause;
    }
  }
}
