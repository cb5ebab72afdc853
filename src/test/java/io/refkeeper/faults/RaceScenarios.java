package io.refkeeper.faults;

import static org.awaitility.Awaitility.await;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.faults.FactFile.Mode;
import io.refkeeper.runtime.Setup;
import io.refkeeper.sync.SyncRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Several at once: instances, syncs, people who delete parents; and routes that lose rows. */
final class RaceScenarios {

  /** Gives two loads the time to meet. */
  private static final String SLOW_PARENTS =
      """
      create function f.slowly() returns trigger language plpgsql as
        $$ begin perform pg_sleep(0.002); return new; end $$;
      create trigger slowly before insert on f.plan for each row execute function f.slowly();
      """;

  private RaceScenarios() {}

  static void addTo(List<FaultCase> cases) {
    for (int round = 1; round <= 20; round++) {
      cases.add(new FaultCase("two instances " + round, RaceScenarios::twoInstances));
      cases.add(new FaultCase("interleaving " + round, RaceScenarios::interleaving));
    }
    for (int round = 1; round <= 3; round++) {
      cases.add(
          new FaultCase(
              "same new parents in opposite order " + round, RaceScenarios::oppositeOrder));
    }
    cases.add(new FaultCase("route loses rows", RaceScenarios::routeLosesRows));
  }

  /** Two services on one inbox, one of which is struck somewhere. */
  private static void twoInstances(Lane lane, Random random) {
    World world = lane.livingWorld();
    Fault fault =
        List.of(Fault.TERMINATE, Fault.RESET, Fault.LOSE_CLIENTS, Fault.CUT, Fault.LOSE_COMMIT)
            .get(random.nextInt(5));
    AtomicInteger left = new AtomicInteger(1 + random.nextInt(150));
    World.Instance peer = world.start();
    try {
      CrashPoint.onPassing(
          point -> {
            if (left.decrementAndGet() == 0) {
              fault.strike(world, random);
            }
          });
      for (int i = 0; i < 8; i++) {
        world.deliver(lane.file(Mode.APPEND, i % 4 == 3, random));
      }
      world.deliver(lane.file(Mode.REPLACE, false, random));
      world.awaitQuiet(Lane.PATIENCE);
      CrashPoint.onPassing(point -> {});
      world.network.heal();
      world.awaitQuiet(Lane.PATIENCE);
    } finally {
      CrashPoint.onPassing(point -> {});
      peer.close();
    }
    world.check();
  }

  /** Loads by two instances, syncs that take plans away, and deletions of branches, at random. */
  private static void interleaving(Lane lane, Random random) throws Exception {
    try (World world = new World(lane.newHome())) {
      world.deleteParents();
      World.Instance instance = world.start();
      world.start();
      AtomicBoolean loading = new AtomicBoolean(true);
      Random ofSyncs = new Random(random.nextLong());
      Random ofDeletions = new Random(random.nextLong());
      CompletableFuture<Void> syncs =
          CompletableFuture.runAsync(
              () -> {
                while (loading.get()) {
                  DeletionScenarios.plans(
                      world, ofSyncs.nextBoolean() ? List.of("P1", "P2", "P3") : List.of("P1"));
                  instance.runtime().sync(SyncRequest.manual(List.of("plan"), false, true));
                }
              });
      CompletableFuture<Void> deletions =
          CompletableFuture.runAsync(
              () -> {
                while (loading.get()) {
                  DeletionScenarios.delete(world, "branch", "B" + ofDeletions.nextInt(20));
                }
              });
      try {
        for (int i = 0; i < 10; i++) {
          world.deliver(lane.file(Mode.APPEND, false, random));
        }
        world.deliver(lane.file(Mode.REPLACE, false, random));
        world.deliver(lane.file(Mode.UPSERT, false, random));
        world.awaitQuiet(Lane.PATIENCE);
      } finally {
        loading.set(false);
      }
      syncs.get(30, TimeUnit.SECONDS);
      deletions.get(30, TimeUnit.SECONDS);
      world.awaitQuiet(Lane.PATIENCE);
      world.check();
    }
  }

  /**
   * Two loads make the same parents, named in opposite orders: no deadlock, not even a cured one.
   */
  private static void oppositeOrder(Lane lane, Random random) throws Exception {
    try (World world = new World(lane.newHome())) {
      world.deleteParents();
      world.jdbc.execute(SLOW_PARENTS);
      world.start();
      world.start();
      List<String[]> rows = new ArrayList<>();
      int first = 1000 + random.nextInt(1000);
      for (int i = 0; i < 200; i++) {
        rows.add(FactFile.row("2025-01-01", "i" + i, "P" + (first + i), "B1", "1.00", ""));
      }
      List<String[]> backwards = new ArrayList<>(rows);
      Collections.reverse(backwards);
      backwards.add(FactFile.row("2025-01-01", "one more", "P1", "B1", "1.00", ""));
      CyclicBarrier together = new CyclicBarrier(2);
      CrashPoint.onPassing(
          point -> {
            if (point == CrashPoint.READ_TO_END) {
              waitFor(together);
            }
          });
      try {
        world.deliver(new FactFile(Lane.name(Mode.APPEND), Mode.APPEND, rows));
        world.deliver(new FactFile(Lane.name(Mode.APPEND), Mode.APPEND, backwards));
        world.awaitQuiet(Lane.PATIENCE);
      } finally {
        CrashPoint.onPassing(point -> {});
      }
      world.check();
      await()
          .during(Duration.ofSeconds(1))
          .until(
              () ->
                  world.jdbc.queryForObject(
                          "select deadlocks from pg_stat_database where datname = current_database()",
                          Long.class)
                      == 0);
    }
  }

  private static void waitFor(CyclicBarrier together) {
    try {
      together.await(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("The other load did not come", e);
    }
  }

  /** Somebody has edited a route, and rows are lost on the way: the file must not be loaded so. */
  private static void routeLosesRows(Lane lane, Random random) throws Exception {
    try (World world = new World(lane.newHome())) {
      Setup setup = world.setup();
      Path routes = Files.createDirectories(world.home.resolve("routes"));
      try (var files = Files.list(setup.routes())) {
        for (Path file : files.toList()) {
          String text = Files.readString(file);
          Files.writeString(
              routes.resolve(file.getFileName()),
              text.replaceFirst("ref: facts\n( *)method: hold", "ref: loadLog\n$1method: clear"));
        }
      }
      world.start(
          new Setup(setup.home(), routes, setup.loaded(), setup.properties()), Clock.systemUTC());
      FactFile file = lane.file(Mode.APPEND, false, random);
      IntStream.range(0, 5)
          .forEach(
              i -> file.rows().add(FactFile.row("2025-01-01", "x" + i, "P77", "B1", "1.00", "")));
      world.model.refuse(file);
      world.drop(file);
      world.awaitQuiet(Lane.PATIENCE);
      world.check();
    }
  }
}
