package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.ingest.FileResult.Status;
import io.refkeeper.testing.FaultProxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is loaded once, whole, or not at all, whatever breaks on the way. */
class LoadTransactionTest {

  private static final String TABLES =
      """
      create schema shop;
      create table shop.item (code text primary key, name text);
      insert into shop.item values ('A', 'known');
      create table shop.sale (item text references shop.item, amount numeric(12,2));
      """;

  private static final String DOMAINS =
      """
      domains:
        sales:
          files: ["sales*.csv"]
          target_schema: shop
          target_table: sale
          load_mode: append
          limits: {max_unknown_ratio: 1}
          foreign_keys:
            - name: fk_item
              source_column: item
              target_schema: shop
              target_table: item
              target_key: code
              backfill_columns: [{source: name, target: name, optional: true}]
      """;

  @TempDir Path home;
  IngestFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = IngestFixture.of(home, TABLES, DOMAINS);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void aTextThatLooksLikeTheEscapeOfANulIsKeptAsItIs() {
    FileResult result =
        fixture.ingest(
            "sales.csv", "item,name,amount", "B,\\u0000 is written so,1", "A,\\u0000,many");
    assertThat(result.status()).isEqualTo(Status.LOADED);
    assertThat(
            fixture.rows(
                "select name from shop.item where code = 'B' union all"
                    + " select values ->> 'name' from refkeeper.derived_record union all"
                    + " select fields ->> 'name' from refkeeper.quarantine"))
        .containsExactly("\\u0000 is written so", "\\u0000 is written so", "\\u0000");
  }

  @Test
  void aKeyThatTheTableFillsItselfAndHasAlreadyIsNotTakenForARivalsLoad() {
    fixture.jdbc.execute(
        """
        alter table shop.sale add id serial primary key;
        insert into shop.sale (id) values (2);
        """);
    String large = "x".repeat(200_000); // such a file is hashed while it is read
    String[] lines =
        Stream.concat(
                Stream.of("item,amount,remark"),
                IntStream.range(0, 45).mapToObj(i -> "A,%d,%s".formatted(i, large)))
            .toArray(String[]::new);
    assertThatThrownBy(() -> fixture.ingest("sales.csv", lines))
        .rootCause()
        .hasMessageContaining("sale_pkey");
    assertThat(fixture.count("shop.sale")).isEqualTo(1);
    assertThat(fixture.rows("select reasons::text from refkeeper.load_run"))
        .noneMatch(reasons -> reasons.contains("meanwhile"));
  }

  @Test
  void aConnectionKilledInTheMiddleIsRetriedAndTheFileLoadedOnce() {
    AtomicInteger reports = new AtomicInteger();
    Delivery delivery =
        Delivery.of(
            sales(35),
            null,
            false,
            false,
            (rows, bytesRead, totalBytes) -> {
              if (reports.incrementAndGet() == 3) {
                killLoader();
              }
            });

    FileResult result = fixture.ingest(delivery);

    assertThat(result.status()).isEqualTo(Status.LOADED);
    assertThat(result.loads().get(0).rowsLoaded()).isEqualTo(35);
    assertThat(reports.get()).isGreaterThan(4);
    assertThat(fixture.count("shop.sale")).isEqualTo(35);
    assertThat(fixture.rows("select status, rows_loaded from refkeeper.load_run"))
        .containsExactly("loaded|35");
    assertNothingIsLeftOpen();
  }

  @Test
  void whenTheServerKeepsFailingTheLoadGivesUpAndLeavesNothing() {
    Delivery delivery =
        Delivery.of(sales(35), null, false, false, (rows, read, total) -> killLoader());

    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> fixture.ingest(delivery)))
        .isNotNull();

    assertNothingWasLoaded();
    assertThat(fixture.count("refkeeper.load_run")).isZero();
    assertNothingIsLeftOpen();
  }

  @Test
  void aFileThatBreaksOffInTheMiddleIsRejectedWithItsLine() {
    Path file = sales(20_000); // far behind what the reader looks at before it begins
    appendBroken(file);

    FileResult result = fixture.ingest(file);

    assertThat(result.status()).isEqualTo(Status.REJECTED);
    assertThat(result.reasons()).hasSize(1);
    assertThat(result.reasons().get(0).place()).isEqualTo("sales.csv, line 20002, column 3");
    assertNothingWasLoaded();
    assertThat(fixture.rows("select domain, status, is_current from refkeeper.load_run"))
        .containsExactly("sales|rejected|f");
    assertNothingIsLeftOpen();
  }

  @Test
  void aDryRunLeavesNothingAndSaysWhatItWouldDo() {
    Path file = sales(75);

    FileResult result =
        fixture.ingest(Delivery.of(file, null, true, false, Delivery.Progress.NONE));

    assertThat(result.status()).isEqualTo(Status.WOULD_LOAD);
    assertThat(result.loads().get(0).rowsLoaded()).isEqualTo(75);
    assertThat(result.loads().get(0).newParents()).containsEntry("shop.item", 3L);
    assertNothingWasLoaded();
    assertThat(fixture.count("refkeeper.load_run")).isZero();
    assertNothingIsLeftOpen();
    assertThat(fixture.ingest(file).status()).isEqualTo(Status.LOADED);
  }

  @Test
  void rowsThatWaitOnDiskAreLoadedAsIfTheyHadWaitedInMemory() {
    FileResult result = fixture.ingest(sales(200)); // 150 rows wait, 20 of them in memory

    assertThat(result.loads().get(0).rowsLoaded()).isEqualTo(200);
    assertThat(
            fixture.rows("select item, count(*), sum(amount) from shop.sale group by 1 order by 1"))
        .containsExactly("A|50|4900.00", "B|50|4950.00", "C|50|5000.00", "D|50|5050.00");
    assertNothingIsLeftOpen();
  }

  @Test
  void twoInstancesWithTheSameBytesLoadThemOnce() throws Exception {
    Path file = sales(500);
    HikariDataSource pool = pool(fixture.database.getJdbcUrl());
    try (IngestFixture peer = fixture.peer(pool)) {
      CompletableFuture<FileResult> other = CompletableFuture.supplyAsync(() -> peer.ingest(file));
      FileResult mine = fixture.ingest(file);

      assertThat(List.of(mine.status(), other.get().status()))
          .containsExactlyInAnyOrder(Status.LOADED, Status.DUPLICATE);
    }
    assertThat(fixture.count("shop.sale")).isEqualTo(500);
  }

  @Test
  void whenTheAnswerToCommitIsLostTheFileIsLoadedOnceAndReported() throws Exception {
    URI server = URI.create(fixture.database.getJdbcUrl().substring("jdbc:".length()));
    try (FaultProxy proxy =
            new FaultProxy(server.getHost(), server.getPort(), FaultProxy.Protocol.POSTGRES);
        IngestFixture peer =
            fixture.peer(
                pool(
                    "jdbc:postgresql://127.0.0.1:%d%s?sslmode=disable&gssEncMode=disable"
                        .formatted(proxy.port(), server.getPath())))) {
      proxy.loseNextCommit();

      FileResult result = peer.ingest(sales(35));

      assertThat(proxy.commitsLost()).isEqualTo(1);
      assertThat(result.status()).isEqualTo(Status.LOADED);
      assertThat(result.loads().get(0).rowsLoaded()).isEqualTo(35);
    }
    assertThat(fixture.count("shop.sale")).isEqualTo(35);
    assertThat(fixture.count("refkeeper.load_run")).isEqualTo(1);
    assertThat(fixture.count("refkeeper.outbox")).isZero(); // no channel is configured
  }

  private static HikariDataSource pool(String url) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(url);
    pool.setUsername("postgres");
    pool.setMaximumPoolSize(5);
    pool.setMinimumIdle(0);
    return pool;
  }

  /** A quarter of the rows names a known item, the others three new ones. */
  private Path sales(int rows) {
    return fixture.file(
        "sales.csv",
        Stream.concat(
                Stream.of("item,name,amount"),
                IntStream.rangeClosed(1, rows)
                    .mapToObj(i -> "%s,n,%d".formatted("ABCD".charAt(i % 4), i % 200)))
            .toArray(String[]::new));
  }

  private static void appendBroken(Path file) {
    try {
      Files.write(
          file, new byte[] {'A', ',', 0, ',', '1', '\n'}, java.nio.file.StandardOpenOption.APPEND);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Ends the session that holds a fact table's lock. */
  private void killLoader() {
    CompletableFuture.runAsync( // another thread, for this one is inside the load's transaction
            () ->
                fixture.rows(
                    """
                    select pg_terminate_backend(pid) from pg_locks
                    where locktype = 'advisory' and classid = 7301
                      and database = (select oid from pg_database where datname = current_database())
                    """))
        .join();
  }

  private void assertNothingWasLoaded() {
    assertThat(fixture.count("shop.sale")).isZero();
    assertThat(fixture.count("shop.item")).isEqualTo(1);
    for (String table : List.of("quarantine", "outbox", "audit_log", "derived_record")) {
      assertThat(fixture.count("refkeeper." + table)).as(table).isZero();
    }
  }

  private void assertNothingIsLeftOpen() {
    Path spill = home.resolve("work").resolve("spill");
    assertThat(spill.toFile().list()).isIn(null, new String[0]);
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("reader-")));
    assertThat(fixture.database.getHikariPoolMXBean().getActiveConnections())
        .isEqualTo(1); // the instance's lock
  }
}
