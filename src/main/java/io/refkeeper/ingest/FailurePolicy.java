package io.refkeeper.ingest;

import io.refkeeper.database.CauseChain;
import io.refkeeper.database.TransientFailure;
import java.nio.file.Files;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** What the routes ask about a failure. */
public final class FailurePolicy {

  /**
   * Whether it is worth repeating, because nothing is wrong with the file: nothing can be wrong any
   * more with one that is loaded.
   */
  public boolean isTransient(
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
      @ExchangeProperty("loaded") Boolean loaded) {
    return Boolean.TRUE.equals(loaded)
        || TransientFailure.isTransient(failure)
        || CauseChain.of(failure).stream().anyMatch(StorageFailure.class::isInstance);
  }

  /**
   * Whether the file is another instance's by now. That happens when the session that held this
   * instance's lock was lost; the ledger sees to it that the file is loaded once all the same.
   */
  public boolean isTakenOver(@ExchangeProperty("delivery") Delivery delivery) {
    return delivery != null && delivery.claim() != null && !Files.exists(delivery.file());
  }
}
