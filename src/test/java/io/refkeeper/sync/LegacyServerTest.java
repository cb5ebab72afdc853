package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.problem.Problem;
import io.refkeeper.testing.FaultProxy;
import io.refkeeper.testing.TestMariaDb;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Legacy servers that are lost, silent or written to while a run reads from them. */
class LegacyServerTest {

  private SyncFixture fixture;

  @BeforeEach
  void tables() throws Exception {
    fixture =
        new SyncFixture(
            "create table plan (code text primary key, name text" + SyncFixture.TRACKING + ")",
            "create table org (code text primary key, name text" + SyncFixture.TRACKING + ")");
    fixture.legacy(
        "create table plan (code varchar(20) primary key, name text)",
        "create table org (code varchar(20) primary key, name text)",
        "insert into org values ('O', 'Org')");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void connect(String name, int port) {
    SourceConnection it = fixture.legacy;
    fixture.connections.put(
        name,
        new SourceConnection(
            name, "mysql", "127.0.0.1", port, it.database(), it.user(), it.password(), it.tls()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aServerLostInTheMiddleOfTheRowsChangesNothingAndTheOtherTablesGoOn(boolean reset)
      throws Exception {
    fixture.legacy("insert into plan select seq, repeat('x', 200) from seq_1_to_20000");
    try (FaultProxy proxy =
        new FaultProxy("127.0.0.1", TestMariaDb.port(), FaultProxy.Protocol.OTHER)) {
      if (reset) {
        proxy.cutAfter(2_000_000);
      } else {
        proxy.closeAfter(2_000_000);
      }
      connect("lost", proxy.port());
      fixture.table("plan", SyncStrategy.FULL_REPLACE).connection("lost").add();
      fixture.table("org", SyncStrategy.FULL_REPLACE).add().start();

      List<TableReport> tables = fixture.sync().tables();

      assertThat(tables).extracting(TableReport::status).containsExactly("failed", "ok");
      TableReport plan = tables.get(0);
      assertThat(plan.fetched()).isBetween(1L, 19_999L);
      assertThat(plan.errors())
          .extracting(Problem::toString)
          .containsExactly(
              "public.plan from lost (mysql at 127.0.0.1:%d/%s): The legacy server was lost after %d rows"
                      .formatted(proxy.port(), fixture.legacy.database(), plan.fetched())
                  + " - Check host, port, network and TLS of the connection, and that the server runs; nothing was written");
      assertThat(fixture.rows("select code from plan")).isEmpty();
      assertThat(fixture.rows("select code from org")).containsExactly("O");
      assertThat(fixture.told()).containsExactly("public.plan failed");
    }
  }

  @Test
  void aServerThatAcceptsAndNeverAnswersFailsInSeconds() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      connect("silent", silent.getLocalPort());
      fixture.properties.put("refkeeper.sync.connect-timeout", "500");
      fixture.properties.put("refkeeper.sync.read-timeout", "500");
      fixture.table("plan", SyncStrategy.FULL_REPLACE).connection("silent").add().start();
      Instant before = Instant.now();

      TableReport plan = fixture.one("plan");

      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
      assertThat(plan.errors())
          .extracting(Problem::toString)
          .containsExactly(
              "public.plan from silent (mysql at 127.0.0.1:%d/%s): The legacy server does not answer"
                      .formatted(silent.getLocalPort(), fixture.legacy.database())
                  + " - Check host, port, network and TLS of the connection, and that the server runs; nothing was written");
    }
  }

  @Test
  void allTablesOfARunAreReadAsTheyWereAtItsBeginning() throws Exception {
    fixture.legacy("insert into plan values ('A', 'a')");
    fixture.table("org", SyncStrategy.MERGE).add();
    fixture.table("plan", SyncStrategy.MERGE).add().start();
    try (Connection blocker = fixture.target.getConnection();
        Statement block = blocker.createStatement()) {
      blocker.setAutoCommit(false);
      // the first table's last step waits, and so do the tables after it
      block.execute("lock table refkeeper.sync_table_run in exclusive mode");
      CompletableFuture<SyncReport> run = CompletableFuture.supplyAsync(fixture::sync);
      Awaitility.await().until(() -> fixture.waitsFor("sync_table_run"));
      fixture.legacy("insert into plan values ('B', 'b')");
      blocker.rollback();

      assertThat(run.get().tables()).extracting(TableReport::fetched).containsExactly(1L, 1L);
    }
    assertThat(fixture.one("plan").inserted()).as("the next run sees it").isEqualTo(1);
  }

  @Test
  void ofTwoSyncsOfOneTableTheSecondWaitsAndReadsItsSourceAnew() throws Exception {
    fixture.legacy("insert into plan values ('A', 'a')");
    fixture.table("plan", SyncStrategy.FULL_REPLACE).add().start();
    try (Connection blocker = fixture.target.getConnection();
        Statement block = blocker.createStatement()) {
      blocker.setAutoCommit(false);
      block.execute("lock table refkeeper.sync_table_run in exclusive mode");
      CompletableFuture<TableReport> first =
          CompletableFuture.supplyAsync(() -> fixture.one("plan"));
      Awaitility.await().until(() -> fixture.waitsFor("sync_table_run"));
      CompletableFuture<TableReport> second =
          CompletableFuture.supplyAsync(() -> fixture.one("plan"));
      Awaitility.await().until(() -> fixture.waitsFor("pg_advisory_xact_lock"));
      fixture.legacy("insert into plan values ('B', 'b')");
      blocker.rollback();

      assertThat(first.get().inserted()).isEqualTo(1);
      assertThat(second.get().errors()).isEmpty();
      assertThat(second.get().fetched()).as("rows read before the wait are stale").isEqualTo(2);
      assertThat(second.get().inserted()).isEqualTo(1);
      assertThat(second.get().unchanged()).isEqualTo(1);
      assertThat(fixture.rows("select count(*)::text from refkeeper.audit_log"))
          .containsExactly("2");
    }
  }

  @Test
  void aRunWhoseRecordIsClosedLateLeavesNoSnapshotThatTheNextOneWouldReadFrom() throws Exception {
    fixture.legacy("insert into plan values ('A', 'a')");
    fixture.table("plan", SyncStrategy.MERGE).add().start();
    fixture.sql.execute("create sequence closes");
    fixture.sql.execute(
        """
        create function busy_once() returns trigger language plpgsql as $$
        begin
          if nextval('closes') = 1 then
            raise exception 'busy' using errcode = 'serialization_failure';
          end if;
          return new;
        end $$
        """);
    fixture.sql.execute(
        "create trigger busy before update on refkeeper.sync_run for each row execute function busy_once()");
    fixture.sync();
    assertThat(fixture.sql.queryForObject("select last_value from closes", Long.class))
        .as("tries to close the record")
        .isEqualTo(2);
    fixture.legacy("insert into plan values ('B', 'b')");

    assertThat(fixture.one("plan").inserted()).isEqualTo(1);
    assertThat(TestMariaDb.sessions(fixture.legacy.database())).isZero();
  }
}
