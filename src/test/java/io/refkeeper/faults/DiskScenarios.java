package io.refkeeper.faults;

import static org.awaitility.Awaitility.await;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.faults.FactFile.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Full and read-only disks, files that kill, clocks that jump. */
final class DiskScenarios {

  private DiskScenarios() {}

  static void addTo(List<FaultCase> cases) {
    cases.add(
        new FaultCase(
            "process full-disk spill",
            (lane, random) ->
                fullDisk(
                    lane,
                    FactFile.random(Lane.name(Mode.APPEND), Mode.APPEND, random, 300, 60),
                    10)));
    cases.add(
        new FaultCase(
            "process full-disk archive",
            (lane, random) ->
                fullDisk(
                    lane, FactFile.random(Lane.name(Mode.APPEND), Mode.APPEND, random, 15, 0), 1)));
    cases.add(
        new FaultCase(
            "read-only archive",
            (lane, random) -> readOnly(lane, lane.file(Mode.UPSERT, false, random), "archive")));
    cases.add(
        new FaultCase(
            "read-only rejected",
            (lane, random) -> readOnly(lane, lane.file(Mode.APPEND, true, random), "rejected")));
    cases.add(new FaultCase("process killer", DiskScenarios::killer));
    cases.add(new FaultCase("clock jumps", DiskScenarios::clockJumps));
  }

  /**
   * A process that may write no file longer than so many blocks: it gives up, tries again, and must
   * not blame the file.
   */
  private static void fullDisk(Lane lane, FactFile file, int blocks) {
    World world = lane.quietWorld();
    world.deliver(file);
    try (Child child = Child.start(world, CrashPoint.ATTEMPT_COUNTED, 2, blocks)) {
      child.awaitHalt();
    }
    lane.livingWorld().awaitQuiet(Lane.PATIENCE);
    world.check();
  }

  /**
   * A folder that cannot be written to for a while. Not even root can write into a file as if it
   * were a folder.
   */
  private static void readOnly(Lane lane, FactFile file, String name) throws Exception {
    World world = lane.livingWorld();
    Path folder = world.home.resolve(name);
    Path aside = world.home.resolve(name + "-aside");
    AtomicInteger attempts = new AtomicInteger();
    CrashPoint.onPassing(
        point -> {
          if (point == CrashPoint.ATTEMPT_COUNTED) {
            attempts.incrementAndGet();
          }
        });
    Files.move(folder, aside);
    Files.createFile(folder);
    try {
      world.deliver(file);
      await().atMost(Lane.PATIENCE).until(() -> attempts.get() >= 3);
    } finally {
      CrashPoint.onPassing(point -> {});
      Files.delete(folder);
      Files.move(aside, folder);
    }
    world.awaitQuiet(Lane.PATIENCE);
    world.check();
  }

  /** A file kills three processes; another one, which waits beside it, must not pay for that. */
  private static void killer(Lane lane, Random random) {
    World world = lane.quietWorld();
    FactFile killer = lane.file(Mode.REPLACE, false, random);
    world.drop(killer);
    world.model.refuse(killer);
    world.deliver(lane.file(Mode.APPEND, false, random));
    for (int kill = 0; kill < 3; kill++) {
      try (Child child = Child.start(world, CrashPoint.SCOPES_DELETED, 1, 0)) {
        child.awaitHalt();
      }
    }
    lane.livingWorld().awaitQuiet(Lane.PATIENCE);
    world.check();
  }

  private static void clockJumps(Lane lane, Random random) {
    World world = lane.quietWorld();
    JumpingClock clock = new JumpingClock(new Random(random.nextLong()));
    World.Instance instance = world.start(world.setup(), clock);
    try {
      for (Mode mode : Mode.values()) {
        world.deliver(lane.file(mode, false, random));
        world.deliver(lane.file(mode, true, random));
      }
      world.awaitQuiet(Lane.PATIENCE);
    } finally {
      instance.close();
    }
    world.check();
  }

  /** Some days back, some years ahead, at every look. */
  private static final class JumpingClock extends Clock {
    private final Random random;

    JumpingClock(Random random) {
      this.random = random;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public synchronized Instant instant() {
      return Instant.now().plus(Duration.ofHours(random.nextInt(20_000) - 10_000));
    }
  }
}
