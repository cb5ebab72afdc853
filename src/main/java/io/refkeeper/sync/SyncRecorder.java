package io.refkeeper.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.problem.ProblemException;
import java.sql.Timestamp;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.apache.camel.ExchangeProperty;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes {@code refkeeper.sync_table_run}: what became of a table. */
public final class SyncRecorder {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JdbcClient jdbc;
  private final Consumer<SyncFailure> listener;

  /**
   * @param listener hears of failed, held and skipped tables inside the transaction that records it
   */
  public SyncRecorder(DataSource target, Consumer<SyncFailure> listener) {
    this.jdbc = JdbcClient.create(target);
    this.listener = listener;
  }

  /** Records success in the transaction of the sync itself, with its watermark. */
  public void recordSuccess(@ExchangeProperty("table") TableRun run) {
    run.finish(run.written ? "ok" : "unchanged");
    insert(run);
  }

  /** Records a table that was left out. */
  public void recordSkipped(@ExchangeProperty("table") TableRun run) {
    fail(run, "skipped");
  }

  /** Records a failure; the table's own transaction was rolled back before. */
  public void recordFailure(@ExchangeProperty("table") TableRun run) {
    String content = run.contentSha256;
    ProblemException explained = run.failure;
    run.restart();
    run.contentSha256 = content;
    run.problems.addAll(explained.problems());
    fail(run, explained instanceof HeldException ? "held" : "failed");
  }

  private void fail(TableRun run, String status) {
    run.finish(status);
    if (!run.isDryRun()) {
      run.runId = run.run().id();
      insert(run);
      listener.accept(
          new SyncFailure(
              run.name().toString(),
              run.getSourceType(),
              status,
              java.util.List.copyOf(run.problems),
              run.runId));
    }
  }

  private void insert(TableRun run) {
    jdbc.sql(
            """
            insert into refkeeper.sync_table_run
              (sync_run_id, table_schema, table_name, source_type, strategy, status, fetched, inserted, updated,
               unchanged, promoted, deleted, retained, skipped_rows, zero_dates, watermark, content_sha256, errors, started_at)
            values (:run, :schema, :table, :type, :strategy, :status, :fetched, :inserted, :updated,
               :unchanged, :promoted, :deleted, :retained, :skipped, :zeroDates, :watermark, :sha256, :errors::jsonb, :started)
            """)
        .param("run", run.runId)
        .param("schema", run.name().schema())
        .param("table", run.name().name())
        .param("type", run.getSourceType())
        .param("strategy", run.strategy())
        .param("status", run.status)
        .param("fetched", run.fetched)
        .param("inserted", run.inserted)
        .param("updated", run.updated)
        .param("unchanged", run.unchanged)
        .param("promoted", run.promoted)
        .param("deleted", run.deleted)
        .param("retained", run.retained)
        .param("skipped", run.skippedRows)
        .param("zeroDates", run.zeroDates)
        .param("watermark", run.watermark)
        .param("sha256", run.contentSha256)
        .param("errors", json(run))
        .param("started", Timestamp.from(run.started()))
        .update();
  }

  private static String json(TableRun run) {
    try {
      return JSON.writeValueAsString(run.problems);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Problems are plain text", e);
    }
  }
}
