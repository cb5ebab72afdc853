package io.refkeeper.sync;

import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.sql.SQLException;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people what an exception means, and Camel whether another try is worth it. */
public final class SyncErrors {

  private static final Logger LOG = LoggerFactory.getLogger(SyncErrors.class);

  private static final Set<String> TRANSIENT =
      Set.of("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300");

  /** Keeps what the exception means; the route tries again what is transient. */
  public void explain(
      @ExchangeProperty("table") TableRun run,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception cause) {
    run.failure = explained(cause, run);
  }

  /** The exception in the form that is shown and recorded. */
  static ProblemException explained(Throwable failure, TableRun run) {
    SQLException sql = null;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ProblemException explained) {
        return explained;
      }
      if (t instanceof SQLException exception) {
        sql = exception;
      }
    }
    if (sql == null) {
      LOG.error("Unexpected failure of the sync of {}", run.name(), failure);
      return new ProblemException(
          new Problem(
              "unexpected",
              "Unexpected failure: " + failure,
              run.name().toString(),
              "See the log; the table is as it was"),
          failure);
    }
    if (sql.getClass().getName().startsWith("com.mysql.") || MySqlProblems.isFrom(failure)) {
      return new ProblemException(MySqlProblems.explain(sql, run), failure);
    }
    return explainTarget(sql, run, failure);
  }

  private static ProblemException explainTarget(SQLException sql, TableRun run, Throwable failure) {
    String state = sql.getSQLState() == null ? "" : sql.getSQLState();
    String message = sql.getMessage().replace("\n", " ");
    if (TRANSIENT.contains(state) || state.startsWith("08")) {
      return new TransientFailureException(
          new Problem(
              "target_busy",
              "PostgreSQL was busy or not available (%s): %s".formatted(state, message),
              run.name().toString(),
              "Sync again later; the table is as it was"),
          failure);
    }
    return new ProblemException(
        new Problem(
            "target_refused",
            "PostgreSQL refused the rows (%s): %s".formatted(state, message),
            run.name().toString(),
            "Correct the source or the table; the table is as it was"),
        failure);
  }
}
