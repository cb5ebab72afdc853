package io.refkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.refkeeper.faults.FactFile.Mode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;

/** Two things to show, at their full size; part of the full matrix. */
@EnabledIfSystemProperty(named = "faults", matches = "full")
class ShowsTest {

  private static final int ROWS = Integer.getInteger("faults.rows", 1_000_000);
  private static final int LOADS = 200;
  private static final int DELETIONS = 5_000;
  private static final long SEED = Long.getLong("faults.seed", System.nanoTime() % 1_000_000);

  @TempDir private Path home;

  @Test
  void aServiceKilledInTheMiddleOfALargeLoadLoadsItOnceAfterItsRestart() throws Exception {
    try (World world = new World(home.resolve("killed"))) {
      Path properties = world.home.resolve("config/application.properties");
      Files.writeString(
          properties,
          Files.readString(properties).replace("chunk-size = 10\n", "chunk-size = 10000\n"));
      writeLargeFile(world.home);
      Child service = Child.start(world, null, 0, 0);
      try {
        await()
            .pollInterval(Duration.ofMillis(20))
            .atMost(Duration.ofMinutes(10))
            .until(() -> size(world) > ROWS * 30L);
      } finally {
        service.close();
      }
      long bytesAtKill = size(world);
      assertThat(count(world, "select count(*) from f.append")).isZero();

      world.start();
      world.awaitQuiet(Duration.ofMinutes(10));

      assertThat(count(world, "select count(*) from f.append")).isEqualTo(ROWS);
      assertThat(count(world, "select count(distinct item) from f.append")).isEqualTo(ROWS);
      assertThat(
              world.jdbc.queryForList(
                  "select status || ' ' || rows_loaded || ' ' || is_current from refkeeper.load_run",
                  String.class))
          .containsExactly("loaded " + ROWS + " true");
      report(
          "killed after %d of %d bytes of the table were written; loaded once after the restart"
              .formatted(bytesAtKill, size(world)));
    }
  }

  private static void writeLargeFile(Path home) throws IOException {
    Path part = home.resolve("inbox/append-large.csv.part");
    try (BufferedWriter out = Files.newBufferedWriter(part)) {
      out.write(FactFile.HEADER + "\n");
      for (int i = 0; i < ROWS; i++) {
        out.write("2025-01-01,i%d,P%d,,B1,1.00,n\n".formatted(i, 1 + i % 3));
      }
    }
    Files.move(part, home.resolve("inbox/append-large.csv"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static long size(World world) {
    return count(world, "select pg_relation_size('f.append')");
  }

  private static long count(World world, String sql) {
    return world.jdbc.queryForObject(sql, Long.class);
  }

  @Test
  void thousandsOfDeletionsOfParentsRaceWithLoadsAndLeaveNoOrphan() throws Exception {
    Random random = new Random(SEED);
    try (World world = new World(home.resolve("race"))) {
      world.deleteParents();
      world.jdbc.update(
          "insert into f.branch select 'B' || n from generate_series(100, ?) n", 99 + DELETIONS);
      world.start();
      world.start();
      for (int load = 0; load < LOADS; load++) {
        List<String[]> rows = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          String branch = "B" + (100 + random.nextInt(DELETIONS));
          rows.add(FactFile.row("2025-01-01", load + "-" + i, "P1", branch, "1.00", ""));
        }
        world.deliver(new FactFile(Lane.name(Mode.APPEND), Mode.APPEND, rows));
      }
      List<Integer> order = new ArrayList<>(IntStream.range(100, 100 + DELETIONS).boxed().toList());
      Collections.shuffle(order, random);
      int half = DELETIONS / 2;
      List<CompletableFuture<Integer>> deleters =
          List.of(order.subList(0, half), order.subList(half, DELETIONS)).stream()
              .map(part -> CompletableFuture.supplyAsync(() -> delete(world, part)))
              .toList();
      int deleted = 0;
      for (CompletableFuture<Integer> deleter : deleters) {
        deleted += deleter.get(10, TimeUnit.MINUTES);
      }
      world.awaitQuiet(Duration.ofMinutes(10));
      world.check();
      assertThat(
              world.jdbc.queryForList(
                  "select distinct fk_check from refkeeper.load_run", String.class))
          .containsExactly("verified");
      report(
          "%d deletions of parents, of which %d found no fact, raced with %d loads (seed %d): no orphan"
              .formatted(DELETIONS, deleted, LOADS, SEED));
    }
  }

  private static int delete(World world, List<Integer> branches) {
    int deleted = 0;
    for (int branch : branches) {
      try {
        deleted += world.jdbc.update("delete from f.branch where code = ?", "B" + branch);
      } catch (DataAccessException e) {
        assertThat(e.getMostSpecificCause()).hasMessageContaining("still referenced");
      }
    }
    return deleted;
  }

  private static void report(String line) {
    org.slf4j.LoggerFactory.getLogger(ShowsTest.class).warn(line);
  }
}
