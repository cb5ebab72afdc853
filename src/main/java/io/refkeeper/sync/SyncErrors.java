package io.refkeeper.sync;

import io.refkeeper.database.CauseChain;
import io.refkeeper.database.TransientFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.sql.SQLException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people what an exception means, and the route whether another attempt is worth it. */
public final class SyncErrors {

  private static final Logger LOG = LoggerFactory.getLogger(SyncErrors.class);

  private final Sources sources;

  public SyncErrors(Sources sources) {
    this.sources = sources;
  }

  /** Keeps what the exception means; the route tries again what is transient. */
  public void explain(
      @ExchangeProperty("table") TableRun run,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception cause) {
    ProblemException explained = explained(cause, run);
    run.attemptFailed(explained, isTargetAway(cause) || explained instanceof TableBusyException);
  }

  /** Whether the target is away or busy, so that the same again may succeed later. */
  public boolean isTargetAway(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    return TransientFailure.isTransient(failure) && !sources.made(failure);
  }

  /** The exception in the form that is shown and recorded. */
  private ProblemException explained(Throwable failure, TableRun run) {
    SQLException sql = null;
    for (Throwable t : CauseChain.of(failure)) {
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
    boolean busy = TransientFailure.isTransient(failure);
    SQLException refusal = sql;
    return new ProblemException(
        sources.explain(failure, run).orElseGet(() -> explainTarget(refusal, run, busy)), failure);
  }

  private static Problem explainTarget(SQLException sql, TableRun run, boolean busy) {
    String message = sql.getMessage().replaceAll("\\s+", " ").strip();
    String table = run.name().toString();
    if (busy) {
      return new Problem(
          "target_busy",
          "PostgreSQL was busy or not available (%s): %s".formatted(sql.getSQLState(), message),
          table,
          "Sync again later; the table is as it was");
    }
    return new Problem(
        "target_refused",
        "PostgreSQL refused the rows (%s): %s".formatted(sql.getSQLState(), message),
        table,
        "Correct the source or the table; the table is as it was");
  }
}
