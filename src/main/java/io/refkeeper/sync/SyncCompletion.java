package io.refkeeper.sync;

import io.refkeeper.notification.Event;
import io.refkeeper.notification.Event.TableFailure;
import io.refkeeper.notification.Outbox;
import javax.sql.DataSource;
import org.apache.camel.ExchangeProperty;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Closes a run's record and tells people, in one message, which tables were left behind. */
public final class SyncCompletion {

  private final JdbcClient jdbc;
  private final Outbox outbox;

  public SyncCompletion(DataSource target, Outbox outbox) {
    this.jdbc = JdbcClient.create(target);
    this.outbox = outbox;
  }

  /**
   * Closes the record; the message goes into the outbox in the same transaction. A run that a
   * changed file made is repeated every hour while the file is bad, and tells of it once.
   */
  public void finish(@ExchangeProperty("run") SyncRun run) {
    jdbc.sql("update refkeeper.sync_run set finished_at = clock_timestamp() where id = ?")
        .param(run.id())
        .update();
    boolean repeats = run.request().trigger() == Trigger.CHANGE && !hasNewProblem(run);
    if (!run.leftBehind().isEmpty() && !repeats) {
      outbox.publish(
          new Event.SyncFailed(
              run.id(), run.leftBehind().stream().map(SyncCompletion::failure).toList()));
    }
  }

  private static TableFailure failure(TableRun table) {
    return new TableFailure(
        table.name().toString(), table.getSourceType(), table.status().word(), table.problems());
  }

  /** Whether a table of the run was left behind for another reason than in its run before. */
  private boolean hasNewProblem(SyncRun run) {
    return jdbc.sql(
            """
            select exists (
              select from refkeeper.sync_table_run r
              left join lateral (
                select b.status, b.errors from refkeeper.sync_table_run b
                where b.table_schema = r.table_schema and b.table_name = r.table_name and b.id < r.id
                order by b.id desc limit 1) before on true
              where r.sync_run_id = ? and r.status in ('failed', 'held', 'skipped')
                and (r.status, r.errors) is distinct from (before.status, before.errors))
            """)
        .param(run.id())
        .query(Boolean.class)
        .single();
  }
}
