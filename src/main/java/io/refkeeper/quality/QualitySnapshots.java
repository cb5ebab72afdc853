package io.refkeeper.quality;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.TableName;
import io.refkeeper.notification.Outbox;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes {@code refkeeper.quality_snapshot}: how many rows of a reference table are authoritative
 * and how many derived; and tells people when that crosses a threshold. All methods join the
 * caller's transaction and should be its last act: from then to its end an advisory lock makes
 * those of other sessions wait, so that every figure follows from the one before and no crossing is
 * missed or told twice.
 *
 * <p>A load adds the rows it has made to the figures before, whatever the table's size. A sync that
 * has written, which has read the whole table anyway, and the validation job count it; which also
 * heals what rows written by other programs had made wrong.
 */
public final class QualitySnapshots {

  /** The key space of {@code pg_advisory_xact_lock(class, 0)} for snapshots and alerts. */
  private static final int LOCK = 7306;

  private static final String ADD_ROWS = SqlResource.read("quality_add_rows");
  private static final String FORGET = SqlResource.read("quality_forget");

  private final JdbcClient jdbc;
  private final ThresholdAlerts alerts;
  private final boolean marked;

  /**
   * @param target the data source of the callers' transactions
   * @param outbox takes the messages about thresholds
   */
  public QualitySnapshots(DataSource target, ManagementPolicy policy, Outbox outbox) {
    this.jdbc = JdbcClient.create(target);
    this.alerts = new ThresholdAlerts(jdbc, policy.alerts(), outbox);
    this.marked = policy.backfill().markForReview();
  }

  /** Counts the tables: takes time in proportion to their sizes. */
  public void count(Collection<TableName> tables) {
    lock();
    tables.forEach(this::countOne);
    alerts.evaluate();
  }

  /**
   * Counts all tables of the configuration; one that does not exist keeps its figures. Those of
   * tables that are configured no longer become zero: nobody could end their alerts.
   */
  public void countAll(Collection<TableName> configured) {
    lock();
    configured.stream().filter(this::exists).forEach(this::countOne);
    jdbc.sql(FORGET)
        .param("schemas", configured.stream().map(TableName::schema).toArray(String[]::new))
        .param("tables", configured.stream().map(TableName::name).toArray(String[]::new))
        .update();
    alerts.evaluate();
  }

  /** Counts the table if it never was. */
  public void countIfNew(TableName table) {
    if (!isCounted(table)) {
      lock();
      if (!isCounted(table)) {
        countOne(table);
        alerts.evaluate();
      }
    }
  }

  /** Rows that a load has inserted into a reference table. */
  public record Added(long authoritative, long derived) {

    /** Both together. */
    public Added plus(Added other) {
      return new Added(authoritative + other.authoritative, derived + other.derived);
    }
  }

  /**
   * Takes note of rows that the caller has inserted in its transaction.
   *
   * @param rows new rows by table; a table that was never counted is counted now
   */
  public void added(Map<TableName, Added> rows) {
    if (rows.isEmpty()) {
      return;
    }
    lock();
    rows.forEach(
        (table, added) -> {
          if (add(table, added) == 0) {
            countOne(table);
          }
        });
    alerts.evaluate();
  }

  private boolean exists(TableName table) {
    return jdbc.sql("select to_regclass(?) is not null")
        .param(table.sql())
        .query(Boolean.class)
        .single();
  }

  private void lock() {
    jdbc.sql("select pg_advisory_xact_lock(?, 0)::text").param(LOCK).query(String.class).list();
  }

  private boolean isCounted(TableName table) {
    return jdbc.sql(
            """
            select exists (
              select from refkeeper.quality_latest where table_schema = ? and table_name = ?)
            """)
        .params(List.of(table.schema(), table.name()))
        .query(Boolean.class)
        .single();
  }

  private int add(TableName table, Added rows) {
    return jdbc.sql(ADD_ROWS)
        .param("schema", table.schema())
        .param("table", table.name())
        .param("authoritative", rows.authoritative())
        .param("derived", rows.derived())
        .param("pending", marked ? rows.derived() : 0)
        .update();
  }

  private void countOne(TableName table) {
    jdbc.sql(
            """
            insert into refkeeper.quality_snapshot
              (table_schema, table_name, authoritative, auto_derived, pending_review, flagged)
            select ?, ?, count(*) filter (where _source <> 'auto_derived'),
                   count(*) filter (where _source = 'auto_derived'),
                   count(*) filter (where _source = 'auto_derived' and _needs_review),
                   count(*) filter (where _source <> 'auto_derived' and _needs_review)
            from %s
            """
                .formatted(table.sql()))
        .params(List.of(table.schema(), table.name()))
        .update();
  }
}
