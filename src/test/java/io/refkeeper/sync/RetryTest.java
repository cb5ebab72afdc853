package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.problem.Problem;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While the target is busy or away, the whole attempt is repeated. */
class RetryTest {

  private static final String DEADLOCK =
      "raise exception 'deadlock detected' using errcode = '40P01'";

  /** A plan table whose first insertions fail. */
  private static SyncFixture fixture(int failures, String failure) throws Exception {
    SyncFixture fixture =
        new SyncFixture(
            "create table plan (code text primary key" + SyncFixture.TRACKING + ")",
            "create sequence tries",
            """
            create function fail_first() returns trigger language plpgsql as $$
            begin
              if nextval('tries') <= %d then
                %s;
              end if;
              return new;
            end $$
            """
                .formatted(failures, failure),
            "create trigger fail_first before insert on plan for each row execute function fail_first()");
    fixture.legacy("create table plan (code varchar(9))", "insert into plan values ('A')");
    fixture.table("plan", SyncStrategy.FULL_REPLACE).add();
    return fixture;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        DEADLOCK,
        "raise exception 'canceling statement due to lock timeout' using errcode = '55P03'",
        "perform pg_terminate_backend(pg_backend_pid())"
      })
  void aBusyTargetIsTriedAgain(String failure) throws Exception {
    try (SyncFixture fixture = fixture(2, failure).start()) {
      TableReport report = fixture.one("plan");

      assertThat(report.errors()).isEmpty();
      assertThat(report.status()).isEqualTo("ok");
      assertThat(report.fetched()).as("of the last attempt only").isEqualTo(1);
      assertThat(fixture.rows("select last_value::text from tries")).containsExactly("3");
      assertThat(fixture.rows("select status from refkeeper.sync_table_run")).containsExactly("ok");
      assertThat(fixture.rows("select action from refkeeper.audit_log")).containsExactly("insert");
      assertThat(fixture.told()).isEmpty();
    }
  }

  @Test
  void theSourceIsReadAnewAtEachAttempt() throws Exception {
    try (SyncFixture fixture = fixture(1, "perform pg_advisory_xact_lock(1); " + DEADLOCK).start();
        Connection blocker = fixture.target.getConnection();
        Statement block = blocker.createStatement()) {
      blocker.setAutoCommit(false);
      block.execute("select pg_advisory_xact_lock(1)");
      CompletableFuture<TableReport> sync =
          CompletableFuture.supplyAsync(() -> fixture.one("plan"));
      Awaitility.await().until(() -> fixture.waitsFor("refkeeper.audit_log"));
      fixture.legacy("insert into plan values ('B')");
      blocker.rollback();

      assertThat(sync.get().inserted()).isEqualTo(2);
    }
  }

  @Test
  void aTargetThatStaysBusyIsGivenUp() throws Exception {
    try (SyncFixture fixture = fixture(Integer.MAX_VALUE, DEADLOCK)) {
      fixture.properties.put("refkeeper.sync.attempts", "3");
      fixture.start();

      assertThat(fixture.one("plan").errors())
          .extracting(Problem::code, Problem::remedy)
          .containsExactly(tuple("target_busy", "Sync again later; the table is as it was"));
      assertThat(fixture.rows("select last_value::text from tries")).containsExactly("3");
      assertThat(fixture.told()).containsExactly("public.plan failed");
    }
  }

  @Test
  void aRefusalByTheTargetIsNotTriedAgain() throws Exception {
    try (SyncFixture fixture = fixture(9, "raise exception 'not on Sundays'").start()) {
      assertThat(fixture.one("plan").errors())
          .extracting(Problem::code)
          .containsExactly("target_refused");
      assertThat(fixture.rows("select last_value::text from tries")).containsExactly("1");
    }
  }
}
