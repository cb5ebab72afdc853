package io.refkeeper.database;

import java.sql.SQLException;
import java.util.Set;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Failures for which rows are to blame, and not the server or the network. */
public final class RowFailure {

  /**
   * Classes of SQLSTATE that blame data: data, integrity, triggers, WITH CHECK OPTION, PL/pgSQL.
   */
  private static final Set<String> CLASSES = Set.of("09", "22", "23", "27", "44", "45", "P0");

  private RowFailure() {}

  /**
   * Whether a row is to blame. A trigger may raise a state of its own: the SQL standard leaves
   * classes that begin with I to Z to users, of which PostgreSQL has taken XX.
   */
  public static boolean is(SQLException e) {
    String state = e.getSQLState();
    if (state == null || state.length() < 2) {
      return false;
    }
    String stateClass = state.substring(0, 2);
    boolean own = state.charAt(0) >= 'I' && state.charAt(0) <= 'Z' && !stateClass.equals("XX");
    return own || CLASSES.contains(stateClass);
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
