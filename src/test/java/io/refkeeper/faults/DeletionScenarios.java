package io.refkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.faults.FactFile.Mode;
import io.refkeeper.faults.Lane.Passing;
import io.refkeeper.sync.SyncRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.springframework.dao.DataAccessException;

/** Parents that somebody deletes while a load that names them is under way. */
final class DeletionScenarios {

  private DeletionScenarios() {}

  static void addTo(List<FaultCase> cases) {
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
      LockSupport.parkNanos(5_000_000);
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

  /** Deletes a parent unless a fact names it. */
  static void delete(World world, String table, String code) {
    try {
      world.jdbc.update("delete from f.%s where code = ?".formatted(table), code);
    } catch (DataAccessException e) {
      assertThat(e.getMostSpecificCause()).hasMessageContaining("still referenced");
    }
  }

  /** Writes the file that the plans are synced from. */
  static void plans(World world, List<String> codes) {
    try {
      Path file = world.home.resolve("reference-data/plans.csv");
      Path fresh = file.resolveSibling("plans.new");
      Files.writeString(
          fresh,
          "code,name\n" + String.join("", codes.stream().map(code -> code + ",name\n").toList()));
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
