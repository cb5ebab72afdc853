package io.refkeeper.sync;

import io.refkeeper.config.Configuration;
import io.refkeeper.database.TransientFailure;
import io.refkeeper.notification.Event;
import io.refkeeper.notification.Event.DegradedModeBegan;
import io.refkeeper.notification.Event.DegradedModeEnded;
import io.refkeeper.notification.Event.DegradedTable;
import io.refkeeper.notification.Event.TableFailure;
import io.refkeeper.notification.Outbox;
import io.refkeeper.problem.Problem;
import io.refkeeper.reference.DegradedPeriods;
import io.refkeeper.reference.DegradedPeriods.Cause;
import io.refkeeper.reference.DegradedPeriods.Period;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Closes a run's record: writes down which tables were left behind, and tells people in one
 * message. A failure is recorded here and not when it happens, so that one of a target that is away
 * is neither lost nor told without being recorded.
 */
public final class SyncCompletion {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.sync");

  private final JdbcClient jdbc;
  private final SyncRecorder recorder;
  private final Outbox outbox;
  private final DegradedPeriods periods;
  private final Configuration configuration;

  public SyncCompletion(
      DataSource target, Configuration configuration, SyncRecorder recorder, Outbox outbox) {
    this.jdbc = JdbcClient.create(target);
    this.periods = new DegradedPeriods(target);
    this.configuration = configuration;
    this.recorder = recorder;
    this.outbox = outbox;
  }

  /**
   * Closes the record; the message goes into the outbox in the same transaction. A run that a
   * changed file made is repeated every hour while the file is bad, and tells of it once. Does
   * nothing when the answer to an earlier COMMIT was lost.
   */
  public void finish(@ExchangeProperty("run") SyncRun run) {
    int open =
        jdbc.sql(
                "update refkeeper.sync_run set finished_at = clock_timestamp()"
                    + " where id = ? and finished_at is null")
            .param(run.id())
            .update();
    if (open == 0) {
      return;
    }
    run.leftBehind().forEach(recorder::recordLeftBehind);
    boolean repeats = run.request().trigger() == Trigger.CHANGE && !hasNewProblem(run);
    if (!run.leftBehind().isEmpty() && !repeats) {
      outbox.publish(
          new Event.SyncFailed(
              run.id(), run.leftBehind().stream().map(SyncCompletion::failure).toList()));
    }
    tellDegradedMode(run);
  }

  /** Tables that enter degraded mode, or have left it, by this run or by one that died first. */
  private void tellDegradedMode(SyncRun run) {
    List<DegradedTable> began =
        run.leftBehind().stream()
            .filter(this::begins)
            .map(
                table ->
                    new DegradedTable(
                        table.name().toString(),
                        cause(table).stored(),
                        reason(table),
                        table.ended(),
                        null))
            .toList();
    if (!began.isEmpty()) {
      outbox.publish(new DegradedModeBegan(began));
    }
    periods.endUnconfigured(configuration, run.now());
    List<DegradedTable> ended =
        periods.takeEnded(run.now()).stream().map(SyncCompletion::ended).toList();
    if (!ended.isEmpty()) {
      outbox.publish(new DegradedModeEnded(ended));
    }
  }

  private boolean begins(TableRun table) {
    return periods.begin(table.name(), cause(table), reason(table), table.started(), table.ended());
  }

  private static Cause cause(TableRun table) {
    return Cause.of(table.status().word());
  }

  private static String reason(TableRun table) {
    return table.problems().stream().findFirst().map(Problem::message).orElse("");
  }

  private static DegradedTable ended(Period period) {
    return new DegradedTable(
        period.table().toString(),
        period.cause().stored(),
        period.reason(),
        period.began(),
        period.ended());
  }

  /** The record is closed: the transaction has committed. */
  public void closed(@ExchangeProperty("run") SyncRun run) {
    run.close();
  }

  /**
   * The record could not be closed. While the target is away it is tried again: for a person a few
   * times, otherwise until it is back or the service stops.
   *
   * @throws Exception the failure, when another try would not help
   */
  public void notClosed(
      @ExchangeProperty("run") SyncRun run,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
      throws Exception {
    if (!TransientFailure.isTransient(failure) || !run.mayTryAgainToClose()) {
      throw failure;
    }
    LOG.warn(
        "sync {} could not be recorded, which is tried again: {}",
        run.id(),
        NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
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
