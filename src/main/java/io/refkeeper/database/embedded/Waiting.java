package io.refkeeper.database.embedded;

import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for another process, which can't call back. */
final class Waiting {

  private static final Duration STEP = Duration.ofMillis(50);

  private Waiting() {}

  /** Returns when the condition holds; fails after the limit, or when interrupted. */
  static void until(BooleanSupplier condition, Duration limit, String what) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("Interrupted while waiting: " + what);
      }
      if (System.nanoTime() > deadline) {
        throw new ProblemException(
            new Problem(
                "embedded_server_failed",
                "Waited " + limit.toSeconds() + " s in vain: " + what + ".",
                "",
                "look into the server's log, stop the process by hand if need be, try again"));
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }
}
