package io.refkeeper.job;

import io.refkeeper.database.CauseChain;
import io.refkeeper.database.PostgresMessage;
import io.refkeeper.database.TransientFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.sql.SQLException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.RuntimeCamelException;

/** What the failure of a job means. */
public final class JobFailure {

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  /** Whether the target is away or busy, so that the same again may succeed later. */
  public boolean isTargetAway(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    return TransientFailure.isTransient(failure);
  }

  /**
   * Throws the failure that the route has remembered, if there is one, and forgets it.
   *
   * @throws ProblemException when the account lacks a privilege
   * @throws Exception any other failure, as it came
   */
  public void rethrow(Exchange exchange) throws Exception {
    Exception failure = exchange.getProperty("jobFailure", Exception.class);
    exchange.removeProperty("jobFailure");
    if (failure == null) {
      return;
    }
    // the transaction's error handler has marked the exchange as given up
    exchange.getExchangeExtension().setFailureHandled(false);
    exchange.getExchangeExtension().setErrorHandlerHandled(null);
    exchange.getExchangeExtension().setRedeliveryExhausted(false);
    for (Throwable cause : CauseChain.of(failure)) {
      if (cause instanceof SQLException sql && INSUFFICIENT_PRIVILEGE.equals(sql.getSQLState())) {
        throw new ProblemException(
            new Problem(
                "privilege_missing",
                "The database refused it: " + PostgresMessage.of(sql),
                "target database",
                "refkeeper check names the grants; nothing was changed"),
            failure);
      }
    }
    throw failure instanceof RuntimeCamelException wrapper
            && wrapper.getCause() instanceof Exception cause
        ? cause
        : failure;
  }
}
