package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sync that drops a parent while a load that names it runs: the fact keeps its parent. */
class RunningLoadTest {

  private static SyncFixture fixture(String onDelete) throws Exception {
    SyncFixture fixture =
        new SyncFixture(
            "create table plan (code text primary key" + SyncFixture.TRACKING + ")",
            "create table fact (plan text references plan " + onDelete + ")");
    fixture.legacy("create table plan (code varchar(9))", "insert into plan values ('A'), ('B')");
    fixture.table("plan", SyncStrategy.FULL_REPLACE).add().start();
    fixture.one("plan");
    fixture.legacy("delete from plan where code = 'B'");
    return fixture;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "on delete cascade"})
  void aParentThatAnUncommittedLoadNamesIsRetained(String onDelete) throws Exception {
    try (SyncFixture fixture = fixture(onDelete);
        Connection load = fixture.target.getConnection();
        Statement statement = load.createStatement()) {
      load.setAutoCommit(false);
      statement.executeQuery("select 1 from plan where code = 'B' for key share");
      statement.execute("insert into fact values ('B')");

      TableReport report = fixture.one("plan");
      load.commit();

      assertThat(report.errors()).extracting(p -> p.code()).containsExactly("retained");
      assertThat(report.retained()).isEqualTo(1);
      assertThat(report.deleted()).isZero();
      assertThat(fixture.rows("select plan from fact join plan on code = plan"))
          .containsExactly("B");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "on delete cascade"})
  void aLoadWaitsForASyncThatDeletedTheParentAndThenFindsItGone(String onDelete) throws Exception {
    try (SyncFixture fixture = fixture(onDelete);
        Connection blocker = fixture.target.getConnection();
        Statement block = blocker.createStatement();
        Connection load = fixture.target.getConnection();
        Statement statement = load.createStatement()) {
      blocker.setAutoCommit(false);
      // the sync's last write, after its delete, waits for this lock: it stays uncommitted
      block.execute("lock table refkeeper.sync_table_run in exclusive mode");
      CompletableFuture<TableReport> sync =
          CompletableFuture.supplyAsync(() -> fixture.one("plan"));
      await(fixture, "sync_table_run");

      CompletableFuture<Boolean> found =
          CompletableFuture.supplyAsync(
              () -> {
                try (ResultSet row =
                    statement.executeQuery("select 1 from plan where code = 'B' for key share")) {
                  return row.next();
                } catch (java.sql.SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      await(fixture, "for key share");
      blocker.rollback();

      assertThat(sync.get().deleted()).isEqualTo(1);
      assertThat(found.get()).as("the load found the parent").isFalse();
      assertThatThrownBy(() -> statement.execute("insert into fact values ('B')"))
          .hasMessageContaining("violates foreign key constraint");
    }
  }

  @Test
  void aKeyThatALoadDerivesMeanwhileIsPromotedAndNotADuplicate() throws Exception {
    try (SyncFixture fixture = fixture("");
        Connection load = fixture.target.getConnection();
        Statement statement = load.createStatement()) {
      fixture.legacy("insert into plan values ('B'), ('M'), ('N')");
      load.setAutoCommit(false);
      statement.execute(
          "insert into plan (code, _source, _needs_review) values ('N', 'auto_derived', true)");
      CompletableFuture<TableReport> sync =
          CompletableFuture.supplyAsync(() -> fixture.one("plan"));
      await(fixture, "refkeeper.audit_log");
      load.commit();

      assertThat(sync.get().promoted()).isEqualTo(1);
      assertThat(sync.get().inserted()).isEqualTo(1);
      assertThat(fixture.rows("select distinct _source from plan"))
          .containsExactly("authoritative");
      assertThat(
              fixture.rows(
                  "select concat_ws(' ', key[1], action, before ->> '_source') from refkeeper.audit_log where key[1] > 'L' order by 1"))
          .containsExactly("M insert", "N promote auto_derived");
    }
  }

  private static void await(SyncFixture fixture, String query) {
    Awaitility.await().until(() -> fixture.waitsFor(query));
  }
}
