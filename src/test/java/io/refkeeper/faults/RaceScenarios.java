package io.refkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.faults.FactFile.Mode;
import io.refkeeper.faults.Lane.Passing;
import io.refkeeper.runtime.Setup;
import io.refkeeper.sync.SyncRequest;
import java.io.IOException;
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
import org.springframework.dao.DataAccessException;

/** Several at once: instances, syncs, people who delete parents; and routes that lose rows. */
final class RaceScenarios {

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
    for (Passing at :
        List.of(
            new Passing(CrashPoint.KEYS_VERIFIED, 1),
            new Passing(CrashPoint.KEYS_VERIFIED, 2),
            new Passing(CrashPoint.ROWS_HELD, 1),
            new Passing(CrashPoint.READ_TO_END, 1),
            new Passing(CrashPoint.BEFORE_COMMIT, 1))) {
      String id = at.point() + "#" + at.number();
      cases.add(
          new FaultCase("sync deletes at " + id, (lane, random) -> syncDeletes(lane, at, random)));
      cases.add(
          new FaultCase(
              "parent deleted at " + id, (lane, random) -> parentDeleted(lane, at, random)));
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
                  plans(world, ofSyncs.nextBoolean() ? List.of("P1", "P2", "P3") : List.of("P1"));
                  instance.runtime().sync(SyncRequest.manual(List.of("plan"), false, true));
                }
              });
      CompletableFuture<Void> deletions =
          CompletableFuture.runAsync(
              () -> {
                while (loading.get()) {
                  delete(world, "branch", "B" + ofDeletions.nextInt(20));
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
      world.start();
      world.start();
      List<String[]> rows = new ArrayList<>();
      int first = 1000 + random.nextInt(1000);
      for (int i = 0; i < 1500; i++) {
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

  /** While a load has verified a plan, the sync drops it; deleting it would take facts along. */
  private static void syncDeletes(Lane lane, Passing at, Random random) throws Exception {
    try (World world = new World(lane.newHome())) {
      World.Instance instance = world.start();
      plans(world, List.of("P1", "P3"));
      FactFile file = lane.file(Mode.APPEND, false, random);
      file.rows().add(0, FactFile.row("2025-01-01", "kept", "P2", "B1", "1.00", ""));
      CompletableFuture<?>[] sync = new CompletableFuture<?>[1];
      once(
          at,
          () ->
              sync[0] =
                  startAndLetBlock(
                      world,
                      () ->
                          instance
                              .runtime()
                              .sync(SyncRequest.manual(List.of("plan"), false, true))));
      try {
        world.deliver(file);
        world.awaitQuiet(Lane.PATIENCE);
      } finally {
        CrashPoint.onPassing(point -> {});
      }
      sync[0].get(60, TimeUnit.SECONDS);
      world.awaitQuiet(Lane.PATIENCE);
      world.check();
    }
  }

  /** While a load has verified a parent, somebody deletes it. */
  private static void parentDeleted(Lane lane, Passing at, Random random) throws Exception {
    World world = lane.livingWorld();
    String branch = "B" + (1000 + random.nextInt(1_000_000));
    world.jdbc.update("insert into f.branch values (?, 'made by hand')", branch);
    world.model.addParent("branch " + branch);
    FactFile file = lane.file(Mode.APPEND, false, random);
    file.rows().add(0, FactFile.row("2025-01-01", "first", "P1", branch, "1.00", ""));
    file.rows().add(1, FactFile.row("2025-01-01", "d1", "P1", "B1", "1.00", "refused"));
    file.rows().add(FactFile.row("2025-01-01", "last", "P1", branch, "1.00", ""));
    CompletableFuture<?>[] deletion = new CompletableFuture<?>[1];
    once(at, () -> deletion[0] = startAndLetBlock(world, () -> delete(world, "branch", branch)));
    try {
      world.deliver(file);
      world.awaitQuiet(Lane.PATIENCE);
    } finally {
      CrashPoint.onPassing(point -> {});
    }
    deletion[0].get(60, TimeUnit.SECONDS);
    world.check();
  }

  private static void once(Passing at, Runnable action) {
    AtomicInteger left = new AtomicInteger(at.number());
    CrashPoint.onPassing(
        point -> {
          if (point == at.point() && left.decrementAndGet() == 0) {
            action.run();
          }
        });
  }

  /** Starts something, and gives it the time to do its work or to wait for a lock. */
  private static CompletableFuture<?> startAndLetBlock(World world, Runnable work) {
    CompletableFuture<?> started = CompletableFuture.runAsync(work);
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!started.isDone() && System.nanoTime() < end && !someoneWaits(world)) {
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
    return started;
  }

  private static boolean someoneWaits(World world) {
    return CompletableFuture.supplyAsync(
            () ->
                world.jdbc.queryForObject(
                    "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')",
                    Boolean.class))
        .join();
  }

  private static void delete(World world, String table, String code) {
    try {
      world.jdbc.update("delete from f.%s where code = ?".formatted(table), code);
    } catch (DataAccessException e) {
      assertThat(e.getMostSpecificCause()).hasMessageContaining("still referenced");
    }
  }

  private static void plans(World world, List<String> codes) {
    try {
      Path file = world.home.resolve("reference-data/plans.csv");
      Path fresh = file.resolveSibling("plans.new");
      Files.writeString(
          fresh,
          "code,name\n" + String.join("", codes.stream().map(code -> code + ",name\n").toList()));
      Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IllegalStateException(e);
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
