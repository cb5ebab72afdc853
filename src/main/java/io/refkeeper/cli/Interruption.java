package io.refkeeper.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM: the command's thread is interrupted and gets time to unwind, so that every
 * resource is closed where it was opened, in the right order.
 */
final class Interruption {

  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private final Thread command = Thread.currentThread();
  private final CountDownLatch unwound = new CountDownLatch(1);
  private volatile boolean shuttingDown;

  private Interruption() {}

  /** From now on, a signal interrupts the calling thread. */
  static Interruption ofThisThread() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::onSignal, "interruption"));
    return interruption;
  }

  /** The command has ended; whether the caller still has to end the process. */
  boolean finished() {
    unwound.countDown();
    return !shuttingDown;
  }

  private void onSignal() {
    shuttingDown = true;
    if (unwound.getCount() > 0) {
      command.interrupt();
      try {
        if (!unwound.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          System.err.println("refkeeper did not end within " + PATIENCE.toSeconds() + " s");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
