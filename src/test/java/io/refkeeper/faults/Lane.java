package io.refkeeper.faults;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.faults.FactFile.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs cases one after the other on a {@link World}; takes a new one after a failure. */
final class Lane implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final int CASES_PER_WORLD = 30;

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Path folder;
  private World world;
  private World.Instance instance;
  private int cases;

  Lane(Path folder) {
    this.folder = folder;
  }

  /** The world for the next case, in which nothing runs. */
  World quietWorld() {
    stopInstance();
    if (world == null || cases++ >= CASES_PER_WORLD) {
      discard();
      world = new World(newHome());
      cases = 0;
    }
    return world;
  }

  /** The world for the next case, with an instance that runs in this process. */
  World livingWorld() {
    if (world != null && instance != null && cases++ < CASES_PER_WORLD) {
      return world;
    }
    World quiet = quietWorld();
    instance = quiet.start();
    return quiet;
  }

  /** A world of the case's own, which it closes. */
  Path newHome() {
    return folder.resolve("world-" + NUMBER.incrementAndGet());
  }

  /** A name that no other file has. */
  static String name(Mode mode) {
    return "%s-%d.csv".formatted(mode.table(), NUMBER.incrementAndGet());
  }

  /** A file with a name that no other case has. */
  FactFile file(Mode mode, boolean wrong, Random random) {
    return wrong
        ? FactFile.wrong(name(mode), mode, random)
        : FactFile.random(name(mode), mode, random, 60 + random.nextInt(60), 1 + random.nextInt(8));
  }

  /** Processes halt at these points one after the other, the last recovery goes undisturbed. */
  void halt(FactFile file, Passing... halts) {
    World quiet = quietWorld();
    quiet.deliver(file);
    for (Passing halt : halts) {
      try (Child child = Child.start(quiet, halt.point(), halt.number(), 0)) {
        child.awaitHalt();
      }
    }
    instance = quiet.start();
    quiet.awaitQuiet(PATIENCE);
    quiet.check();
  }

  /** An instant of a load: a boundary, and which passing of it. */
  record Passing(CrashPoint point, int number) {}

  /** Something goes wrong around a process at a point; it goes on by itself. */
  void strike(FactFile file, Fault fault, CrashPoint point, int passing, Random random) {
    World living = livingWorld();
    AtomicInteger left = new AtomicInteger(passing);
    int lost = living.network.commitsLost();
    CrashPoint.onPassing(
        passed -> {
          if (passed == point && left.decrementAndGet() == 0) {
            fault.strike(living, random);
          }
        });
    try {
      living.deliver(file);
      living.awaitQuiet(PATIENCE);
    } finally {
      CrashPoint.onPassing(passed -> {});
      if (left.get() <= 0 && fault != Fault.LOSE_COMMIT) {
        living.network.heal();
      }
    }
    if (left.get() > 0) {
      throw new AssertionError(point + " was not passed " + passing + " times");
    }
    if (fault == Fault.LOSE_COMMIT && living.network.commitsLost() == lost) {
      throw new AssertionError("No COMMIT was lost");
    }
    living.awaitQuiet(PATIENCE);
    living.check();
  }

  private void stopInstance() {
    if (instance != null) {
      instance.close();
      instance = null;
    }
  }

  /** Gives up the world: after a failure nobody knows what is in it. */
  void discard() {
    instance = null;
    if (world != null) {
      world.close();
      world = null;
    }
  }

  @Override
  public void close() {
    discard();
  }
}
