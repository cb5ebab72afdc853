package io.refkeeper.faults;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.runtime.Setup;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The service in a process of its own, which halts when it passes a crash point. */
final class ChildMain {

  /** The exit code of a process that has halted at its crash point. */
  static final int HALTED = 77;

  private ChildMain() {}

  /**
   * @param args home, JDBC URL, crash point, and at which passing
   */
  public static void main(String[] args) throws InterruptedException {
    Path home = Path.of(args[0]);
    CrashPoint end = args[2].equals("-") ? null : CrashPoint.valueOf(args[2]);
    AtomicInteger left = new AtomicInteger(Integer.parseInt(args[3]));
    CrashPoint.onPassing(
        point -> {
          if (point == end && left.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(HALTED);
          }
        });
    Setup setup =
        Setup.read(
            home, home.resolve("config"), Path.of("routes"), Map.of("REFKEEPER_HTTP_PORT", "off"));
    try (World.Instance instance =
        new World.Instance(
            setup,
            Map.of("REFKEEPER_DB_URL", args[1], "REFKEEPER_DB_USER", "postgres"),
            Clock.systemUTC())) {
      instance.awaitEnd();
    }
  }
}
