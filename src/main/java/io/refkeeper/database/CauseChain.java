package io.refkeeper.database;

import java.util.ArrayList;
import java.util.List;
import org.springframework.transaction.TransactionSystemException;

/** What caused a failure. */
public final class CauseChain {

  private CauseChain() {}

  /**
   * The failure and its causes, outermost first. A rollback that failed, too, since the connection
   * was gone, hides the failure that made it necessary: that one is followed.
   */
  public static List<Throwable> of(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable t = failure; t != null && !chain.contains(t); t = causeOf(t)) {
      chain.add(t);
    }
    return chain;
  }

  private static Throwable causeOf(Throwable t) {
    if (t instanceof TransactionSystemException rollback
        && rollback.getApplicationException() != null) {
      return rollback.getApplicationException();
    }
    return t.getCause();
  }
}
