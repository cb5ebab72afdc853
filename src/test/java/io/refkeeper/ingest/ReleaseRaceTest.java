package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.fault.CrashPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.CannotAcquireLockException;

/** Releases beside loads, other releases and deletions: each row is loaded once, none too late. */
class ReleaseRaceTest {

  @TempDir Path home;

  @AfterEach
  void nothingHappensAnyMore() {
    CrashPoint.onPassing(point -> {});
  }

  private IngestFixture fixture() throws Exception {
    IngestFixture fixture =
        IngestFixture.of(
            home,
            ReleaseTest.TABLES + "insert into r.item values ('A'); insert into r.shop values (1);",
            ReleaseTest.DOMAINS);
    fixture.ingest(
        "monthly1.csv",
        "month,item,n",
        "2025-01-01,A,1",
        "2025-01-01,X,2",
        "2025-02-01,X,3",
        "2025-02-01,A,4");
    return fixture;
  }

  private static HikariDataSource pool(IngestFixture fixture) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(fixture.database.getJdbcUrl());
    config.setUsername(fixture.database.getUsername());
    config.setPassword(fixture.database.getPassword());
    return new HikariDataSource(config);
  }

  /** Does something once, when a point is passed first. */
  private static void at(CrashPoint point, Runnable action) {
    AtomicInteger passed = new AtomicInteger();
    CrashPoint.onPassing(
        each -> {
          if (each == point && passed.getAndIncrement() == 0) {
            action.run();
          }
        });
  }

  private static void parentComes(IngestFixture fixture) {
    fixture.jdbc.update("insert into r.item values ('X')");
  }

  private static void awaitWaiter(IngestFixture fixture) {
    await()
        .until(
            () ->
                fixture.count(
                        "pg_stat_activity where datname = current_database() and wait_event = 'advisory'")
                    > 0);
  }

  @Test
  void aLoadOfTheSameScopeThatComesDuringTheReleaseReplacesWhatWasReleased() throws Exception {
    try (IngestFixture fixture = fixture()) {
      parentComes(fixture);
      CompletableFuture<?>[] load = new CompletableFuture<?>[1];
      at(
          CrashPoint.RELEASE_CLOSED,
          () -> {
            load[0] =
                CompletableFuture.runAsync(
                    () -> fixture.ingest("monthly2.csv", "month,item,n", "2025-01-01,A,5"));
            awaitWaiter(fixture);
          });
      assertThat(fixture.release().rowsReleased()).isEqualTo(2);
      load[0].get();
      assertThat(fixture.rows("select month, n from r.monthly order by n"))
          .containsExactly("2025-02-01|3", "2025-02-01|4", "2025-01-01|5");
    }
  }

  @Test
  void aReleaseThatComesDuringALoadOfTheSameScopeWaitsAndLoadsNothingIntoIt() throws Exception {
    try (IngestFixture fixture = fixture()) {
      parentComes(fixture);
      CompletableFuture<ReleaseReport> release = new CompletableFuture<>();
      at(
          CrashPoint.BEFORE_OUTBOX,
          () -> {
            release.completeAsync(fixture::release);
            awaitWaiter(fixture);
          });
      fixture.ingest("monthly2.csv", "month,item,n", "2025-01-01,A,5");
      release.get();
      assertThat(fixture.rows("select month, n from r.monthly order by n"))
          .containsExactly("2025-02-01|3", "2025-02-01|4", "2025-01-01|5");
      assertThat(fixture.rows("select line, state from refkeeper.quarantine order by line"))
          .containsExactly("3|superseded", "4|released");
    }
  }

  @Test
  void anUpsertIsNotReleasedOverALoadThatBeganLaterAndEndedFirst() throws Exception {
    try (IngestFixture fixture = fixture()) {
      at(
          CrashPoint.READ_TO_END,
          () ->
              CompletableFuture.runAsync(
                      () -> fixture.ingest("stock2.csv", "shelf,item,n", "1,A,22"))
                  .join());
      fixture.ingest("stock1.csv", "shelf,item,n", "1,X,11", "2,X,12", "3,A,13");
      parentComes(fixture);

      assertThat(fixture.release().rowsRefused()).isEqualTo(1);
      assertThat(fixture.rows("select shelf, item, n from r.stock order by shelf"))
          .containsExactly("1|A|22", "2|X|12", "3|A|13");
      assertThat(stockInQuarantine(fixture))
          .containsExactly("2|key_loaded_meanwhile|waiting", "3|unknown_key|released");
    }
  }

  @Test
  void anUpsertThatWritesWhileAnEarlierOneEndsSupersedesWhatWaitsOfThat() throws Exception {
    try (IngestFixture fixture = fixture()) {
      CompletableFuture<?>[] later = new CompletableFuture<?>[1];
      at(
          CrashPoint.BEFORE_OUTBOX,
          () -> {
            later[0] =
                CompletableFuture.runAsync(
                    () -> fixture.ingest("stock2.csv", "shelf,item,n", "1,A,22"));
            awaitWaiter(fixture);
          });
      fixture.ingest("stock1.csv", "shelf,item,n", "1,X,11", "2,X,12", "3,A,13");
      later[0].get();
      parentComes(fixture);
      fixture.release();

      assertThat(fixture.rows("select shelf, item, n from r.stock order by shelf"))
          .containsExactly("1|A|22", "2|X|12", "3|A|13");
      assertThat(stockInQuarantine(fixture))
          .containsExactly("2|unknown_key|superseded", "3|unknown_key|released");
    }
  }

  private static List<String> stockInQuarantine(IngestFixture fixture) {
    return fixture.rows(
        "select line, reason_code, state from refkeeper.quarantine where domain = 'stock' order by line");
  }

  @Test
  void aParentThatIsDeletedAgainLeavesItsRowsWaitingAndNoOrphan() throws Exception {
    try (IngestFixture fixture = fixture()) {
      parentComes(fixture);
      at(
          CrashPoint.RELEASE_TAKEN,
          () -> fixture.jdbc.update("delete from r.item where code = 'X'"));
      assertThat(fixture.release()).isEqualTo(ReleaseReport.NOTHING);
      assertThat(fixture.count("r.monthly")).isEqualTo(2);
      assertThat(fixture.rows("select distinct reason_code, state from refkeeper.quarantine"))
          .containsExactly("unknown_key|waiting");

      parentComes(fixture);
      CompletableFuture<?>[] deletion = new CompletableFuture<?>[1];
      at(
          CrashPoint.RELEASE_CLOSED,
          () -> {
            deletion[0] =
                CompletableFuture.runAsync(
                    () -> fixture.jdbc.update("delete from r.item where code = 'X'"));
            await()
                .until(
                    () ->
                        fixture.count(
                                "pg_stat_activity where datname = current_database() and query like 'delete from r.item%' and wait_event_type = 'Lock'")
                            > 0);
          });
      assertThat(fixture.release().rowsReleased()).isEqualTo(2);
      assertThat(deletion[0]).failsWithin(java.time.Duration.ofSeconds(10));
      assertThat(fixture.count("r.monthly where item = 'X'")).isEqualTo(2);
    }
  }

  @Test
  void twoInstancesReleaseEveryRowOnce() throws Exception {
    try (IngestFixture fixture = fixture();
        HikariDataSource pool = pool(fixture);
        IngestFixture peer = fixture.peer(pool)) {
      int rows = 3 * ReleaseOpening.ROWS;
      fixture.ingest(
          "sale1.csv",
          Stream.of(
                  Stream.of("item,shop,n"),
                  IntStream.range(0, rows).mapToObj(i -> "X,1," + i % 90),
                  Stream.generate(() -> "A,1,99").limit(4L * rows))
              .flatMap(lines -> lines)
              .toArray(String[]::new));
      parentComes(fixture);
      CountDownLatch both = new CountDownLatch(2);
      AtomicInteger first = new AtomicInteger();
      CrashPoint.onPassing(
          point -> {
            if (point == CrashPoint.RELEASE_TAKEN && first.getAndIncrement() < 2) {
              both.countDown();
              try {
                both.await(2, java.util.concurrent.TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
          });
      CompletableFuture<ReleaseReport> other = CompletableFuture.supplyAsync(peer::release);
      long released = fixture.release().rowsReleased() + other.get().rowsReleased();

      assertThat(released).isEqualTo(rows + 2);
      assertThat(fixture.count("r.sale where item = 'X'")).isEqualTo(rows);
      assertThat(
              fixture.rows(
                  "select sum(rows_released), bool_and(finished_at is not null) from refkeeper.release_run"))
          .containsExactly(rows + 2 + "|t");
    }
  }

  @Test
  void afterADeadlockThePortionIsTriedAgainAndAfterAnotherFailureLeftForLater() throws Exception {
    try (IngestFixture fixture = fixture()) {
      parentComes(fixture);
      at(
          CrashPoint.BEFORE_RELEASE_COMMIT,
          () -> {
            throw new CannotAcquireLockException("deadlock");
          });
      assertThat(fixture.release()).isEqualTo(new ReleaseReport(2, 0, List.of()));
      assertThat(fixture.count("r.monthly where item = 'X'")).isEqualTo(2);

      fixture.ingest("sale1.csv", "item,shop,n", "Y,1,1", "A,1,2");
      fixture.jdbc.update("insert into r.item values ('Y')");
      at(
          CrashPoint.RELEASE_CLOSED,
          () -> {
            throw new IllegalStateException("out of order");
          });
      ReleaseReport failed = fixture.release();
      assertThat(failed.rowsReleased()).isZero();
      assertThat(failed.problems())
          .extracting(problem -> problem.message())
          .containsExactly(
              "Rows of load 2 whose parents have come could not be loaded: out of order; they wait on");
      assertThat(fixture.count("r.sale where item = 'Y'")).isZero();
      assertThat(fixture.release().rowsReleased()).isEqualTo(1);
    }
  }

  @Test
  void aRunWhoseProcessDiedBeforeItToldOfItIsToldOfByALaterOne() throws Exception {
    try (IngestFixture fixture = fixture()) {
      parentComes(fixture);
      fixture.release();
      fixture.jdbc.update(
          "update refkeeper.release_run set finished_at = null, touched_at = now() - interval '11 minutes'");
      fixture.jdbc.update("delete from refkeeper.outbox");
      fixture.release();
      assertThat(fixture.rows("select trigger, finished_at is null from refkeeper.release_run"))
          .containsExactly("manual|f");
    }
  }
}
