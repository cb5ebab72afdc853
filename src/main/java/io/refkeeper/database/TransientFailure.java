package io.refkeeper.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionSystemException;

/**
 * Failures that a repetition of the whole transaction can cure: lost connections, deadlocks, lock
 * time-outs, a server that is stopping or full.
 */
public final class TransientFailure {

  private static final Set<String> STATES =
      Set.of("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300");

  private TransientFailure() {}

  /** Whether the failure, or anything that caused it, is one. */
  public static boolean isTransient(Throwable failure) {
    for (Throwable t : CauseChain.of(failure)) {
      if (t instanceof SQLException sql && isTransient(sql.getSQLState())) {
        return true;
      }
      if (t instanceof SQLTransientConnectionException) {
        return true; // the pool could not connect; it need not know why
      }
      if (t instanceof ConcurrencyFailureException) {
        return true;
      }
      // A rollback over a connection that is gone fails too, and hides why it was wanted.
      if (t instanceof TransactionSystemException rollback
          && rollback.getApplicationException() != null
          && isTransient(rollback.getApplicationException())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTransient(String state) {
    return state != null && (state.startsWith("08") || STATES.contains(state));
  }
}
