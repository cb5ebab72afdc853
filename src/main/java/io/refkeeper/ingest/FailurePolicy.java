package io.refkeeper.ingest;

import io.refkeeper.database.TransientFailure;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** What the routes ask about a failure. */
public final class FailurePolicy {

  /** Whether the whole load is worth repeating. */
  public boolean isTransient(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    return TransientFailure.isTransient(failure);
  }
}
