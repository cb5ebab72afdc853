package io.refkeeper.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.reference.DegradedPeriods;
import java.sql.Timestamp;
import javax.sql.DataSource;
import org.apache.camel.ExchangeProperty;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes {@code refkeeper.sync_table_run}: what became of a table. */
public final class SyncRecorder {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JdbcClient jdbc;
  private final DegradedPeriods periods;

  public SyncRecorder(DataSource target) {
    this.jdbc = JdbcClient.create(target);
    this.periods = new DegradedPeriods(target);
  }

  /**
   * Records success in the transaction of the sync itself, with its watermark; a table in degraded
   * mode leaves it.
   */
  public void recordSuccess(@ExchangeProperty("table") TableRun table) {
    table.done();
    insert(table, table.attempt().nextWatermark());
    periods.end(table.name(), table.ended());
  }

  /** Records a table that failed, was held or was left out. */
  void recordLeftBehind(TableRun table) {
    insert(table, null);
  }

  private void insert(TableRun table, String watermark) {
    Counts counts = table.counts();
    jdbc.sql(
            """
            insert into refkeeper.sync_table_run
              (sync_run_id, table_schema, table_name, source_type, strategy, status, fetched, inserted, updated,
               unchanged, promoted, deleted, retained, skipped_rows, zero_dates, watermark, content_sha256, entity_tag, errors, started_at, finished_at)
            values (:run, :schema, :table, :type, :strategy, :status, :fetched, :inserted, :updated,
               :unchanged, :promoted, :deleted, :retained, :skippedRows, :zeroDates, :watermark, :sha256, :tag, :errors::jsonb, :started, :finished)
            """)
        .param("run", table.run().id())
        .param("schema", table.name().schema())
        .param("table", table.name().name())
        .param("type", table.getSourceType())
        .param("strategy", table.strategy())
        .param("status", table.status().word())
        .param("fetched", counts.fetched())
        .param("inserted", counts.inserted())
        .param("updated", counts.updated())
        .param("unchanged", counts.unchanged())
        .param("promoted", counts.promoted())
        .param("deleted", counts.deleted())
        .param("retained", counts.retained())
        .param("skippedRows", counts.skippedRows())
        .param("zeroDates", counts.zeroDates())
        .param("watermark", watermark)
        .param("sha256", table.contentSha256())
        .param("tag", table.entityTag())
        .param("errors", json(table))
        .param("started", Timestamp.from(table.started()))
        .param("finished", Timestamp.from(table.ended()))
        .update();
  }

  private static String json(TableRun table) {
    try {
      return JSON.writeValueAsString(table.problems());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Problems are plain text", e);
    }
  }
}
