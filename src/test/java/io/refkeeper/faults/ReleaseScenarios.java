package io.refkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.faults.FactFile.Mode;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/** A parent comes, and what goes wrong while the rows that waited for it are loaded. */
final class ReleaseScenarios {

  private static final String PLAN = "no plan"; // as FactFile writes a plan that cannot be derived

  private static final List<CrashPoint> POINTS =
      List.of(
          CrashPoint.RELEASE_LOCKED,
          CrashPoint.RELEASE_TAKEN,
          CrashPoint.RELEASE_CLOSED,
          CrashPoint.BEFORE_RELEASE_COMMIT,
          CrashPoint.RELEASE_COMMITTED);

  private ReleaseScenarios() {}

  static void addTo(List<FaultCase> cases) {
    for (CrashPoint point : POINTS) {
      for (Mode mode : Mode.values()) {
        cases.add(
            new FaultCase(
                "release %s halt@%s".formatted(mode.table(), point),
                (lane, random) -> halt(lane, mode, point, random)));
      }
      for (Fault fault : Fault.values()) {
        Mode mode = Mode.values()[(point.ordinal() + fault.ordinal()) % 3];
        String name = fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
        cases.add(
            new FaultCase(
                "release %s %s@%s".formatted(mode.table(), name, point),
                (lane, random) -> strike(lane, mode, fault, point, random)));
      }
    }
    for (int round = 1; round <= 5; round++) {
      cases.add(new FaultCase("release by two instances " + round, ReleaseScenarios::together));
    }
  }

  /** The process halts there; another one goes on. */
  private static void halt(Lane lane, Mode mode, CrashPoint point, Random random) {
    try (World world = new World(lane.newHome())) {
      World.Instance loader = world.start();
      deliver(lane, world, mode, random);
      loader.close();
      long rows = planComes(world);
      try (Child child = Child.start(world, point, 1, 0)) {
        child.awaitHalt();
      }
      world.start();
      check(world, rows);
    }
  }

  /** Something goes wrong around a process there; it goes on by itself. */
  private static void strike(Lane lane, Mode mode, Fault fault, CrashPoint point, Random random) {
    try (World world = new World(lane.newHome())) {
      world.start();
      deliver(lane, world, mode, random);
      AtomicBoolean struck = new AtomicBoolean();
      CrashPoint.onPassing(
          passed -> {
            if (passed == point && struck.compareAndSet(false, true)) {
              fault.strike(world, random);
            }
          });
      try {
        long rows = planComes(world);
        await().atMost(Lane.PATIENCE).untilTrue(struck);
        if (fault != Fault.LOSE_COMMIT) {
          world.network.heal();
        }
        check(world, rows);
      } finally {
        CrashPoint.onPassing(passed -> {});
      }
    }
  }

  /** Two instances see at once that the parent has come, while files come in. */
  private static void together(Lane lane, Random random) {
    try (World world = new World(lane.newHome())) {
      world.start();
      world.start();
      deliver(lane, world, Mode.APPEND, random);
      deliver(lane, world, Mode.UPSERT, random);
      long rows = planComes(world);
      for (int i = 0; i < 4; i++) {
        FactFile file = lane.file(Mode.APPEND, false, random);
        file.rows().removeIf(row -> row[FactFile.PLAN].equals(PLAN)); // known by now
        world.deliver(file);
      }
      rows += world.model.planCame(PLAN); // some waited for a branch, too, which a file has made
      check(world, rows);
    }
  }

  private static void deliver(Lane lane, World world, Mode mode, Random random) {
    FactFile file = lane.file(mode, false, random);
    file.rows().add(0, FactFile.row("2025-01-01", "w0", PLAN, "B1", "1.00", "")); // one at least
    file.rows().add(1, FactFile.row("2025-01-01", "w1", "P1", "B1", "1.00", ""));
    world.deliver(file);
    world.awaitQuiet(Lane.PATIENCE);
  }

  private static long planComes(World world) {
    world.jdbc.update("insert into f.plan values (?, 'made by hand')", PLAN);
    return world.model.planCame(PLAN);
  }

  private static void check(World world, long rows) {
    await()
        .atMost(Lane.PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                world.jdbc.queryForObject(
                        "select count(*) from refkeeper.quarantine where state = 'released'",
                        Long.class)
                    == rows);
    // who died told nobody; the next one does, some time later
    world.jdbc.update(
        "update refkeeper.release_run set touched_at = touched_at - interval '1 hour'"
            + " where finished_at is null");
    await()
        .atMost(Lane.PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                world.jdbc.queryForObject(
                    "select count(*) = 0 from refkeeper.release_run where finished_at is null",
                    Boolean.class));
    world.awaitQuiet(Lane.PATIENCE);
    world.check();
    assertThat(
            world.jdbc.queryForObject(
                """
                select sum((d ->> 'rows')::bigint) from refkeeper.outbox,
                  jsonb_array_elements(payload -> 'data' -> 'domains') d
                where event = 'rows_released' and transport = 'webhook'
                """,
                Long.class))
        .as("rows that people were told of")
        .isEqualTo(rows);
    assertThat(
            world.jdbc.queryForObject(
                "select sum(rows_released) from refkeeper.load_run", Long.class))
        .isEqualTo(rows);
  }
}
