package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.DegradedPeriods;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Degraded mode begins with a preload that does not get through, and ends with one that does. */
class DegradedModeTest {

  private static final String PERIODS =
      """
      select concat_ws(' ', table_name, cause, case when ended_at is null then 'lasts' else 'ended' end)
      from refkeeper.degraded_period order by id
      """;

  private static final String TOLD =
      """
      select event || coalesce(': ' || (select string_agg(t ->> 'table' || ' ' || (t ->> 'cause'), ', ')
        from jsonb_array_elements(payload -> 'data' -> 'tables') t where t ? 'cause'), '')
      from refkeeper.outbox where event like 'degraded%' order by id
      """;

  private SyncFixture fixture;

  @BeforeEach
  void twoFilesOfWhichOneIsBroken() throws Exception {
    fixture =
        new SyncFixture(
            "create table line (code text primary key" + SyncFixture.TRACKING + ")",
            "create table org (code text primary key, parent text references line"
                + SyncFixture.TRACKING
                + ")");
    write("lines.yml", "lines:\n  - {code: }\n");
    write("orgs.yml", "orgs:\n  - {code: O, parent: L}\n");
    fixture.table("line", SyncStrategy.MERGE).file("lines.yml", "yaml").add();
    fixture.table("org", SyncStrategy.MERGE).file("orgs.yml", "yaml").add().start();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void write(String file, String text) throws Exception {
    Files.writeString(fixture.folder.resolve(file), text);
  }

  @Test
  void oneMessageTellsTheBeginningOfARunsTablesAndOneTheEndHoweverManyRunsFailBetween()
      throws Exception {
    fixture.sync();
    assertThat(fixture.rows(PERIODS)).containsExactly("line failed lasts", "org skipped lasts");
    fixture.sync();
    assertThat(fixture.rows(TOLD))
        .containsExactly("degraded_mode_began: public.line failed, public.org skipped");

    write("lines.yml", "lines:\n  - {code: L}\n");
    assertThat(fixture.sync().tables()).flatExtracting(TableReport::errors).isEmpty();
    assertThat(fixture.rows(PERIODS)).containsExactly("line failed ended", "org skipped ended");
    fixture.sync();
    assertThat(fixture.rows(TOLD)).hasSize(2).last().asString().startsWith("degraded_mode_ended");
    assertThat(
            fixture.rows("select body from refkeeper.outbox where event = 'degraded_mode_ended'"))
        .allMatch(text -> text.contains("public.line: failed from 20") && text.contains(" min)"));
  }

  @Test
  void aPeriodThatEndsIsRolledBackWithItsSyncAndAnEndThatNobodyHeardOfIsToldByTheNextRun()
      throws Exception {
    fixture.sync("line");
    write("lines.yml", "lines:\n  - {code: L}\n");
    fixture.sql.execute("alter table refkeeper.sync_table_run add check (status <> 'ok')");
    assertThat(fixture.one("line").status()).isEqualTo("failed");
    assertThat(fixture.rows(PERIODS)).containsExactly("line failed lasts");

    fixture.sql.update("update refkeeper.degraded_period set ended_at = now()"); // and then it died
    write("orgs.yml", "orgs:\n  - {code: O}\n");
    fixture.sql.execute(
        "alter table refkeeper.sync_table_run drop constraint sync_table_run_status_check1");
    fixture.sync("org");
    assertThat(fixture.rows(TOLD)).hasSize(2).last().asString().startsWith("degraded_mode_ended");
  }

  @Test
  void aTableThatIsNoLongerConfiguredAndAFailureThatIsOvertakenLeaveNobodyInDegradedMode()
      throws Exception {
    fixture.sql.update(
        """
        insert into refkeeper.degraded_period (table_schema, table_name, cause, reason, began_at)
        values ('public', 'old', 'failed', 'gone', now())
        """);
    fixture.sync("org"); // its parent is missing: it fails
    assertThat(fixture.rows(PERIODS)).containsExactly("old failed ended", "org failed lasts");

    fixture.sql.update(
        """
        insert into refkeeper.sync_table_run (sync_run_id, table_schema, table_name, source_type,
          strategy, status, started_at)
        select max(id), 'public', 'line', 'config_file', 'merge', 'ok', now() + interval '1 hour'
        from refkeeper.sync_run
        """);
    fixture.sync("line");
    assertThat(fixture.rows(PERIODS)).isEqualTo(List.of("old failed ended", "org failed lasts"));
  }

  @Test
  void aLoadThatBeganBeforeTheFirstSyncGotThroughDoesNotBeginAPeriodAfterwards() throws Exception {
    write("lines.yml", "lines:\n  - {code: L}\n");
    DegradedPeriods periods = new DegradedPeriods(fixture.target);
    TableName line = new TableName("public", "line");
    assertThat(fixture.one("line").status()).isEqualTo("ok");

    assertThat(periods.beginNeverSynced(line, Instant.now())).isFalse();
    assertThat(periods.beginNeverSynced(new TableName("public", "org"), Instant.now())).isTrue();
    assertThat(fixture.rows(PERIODS)).containsExactly("org never_synced lasts");
  }
}
