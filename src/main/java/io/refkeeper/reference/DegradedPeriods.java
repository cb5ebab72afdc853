package io.refkeeper.reference;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Degraded mode, table by table: it begins when a preload does not get through, or was never made,
 * and ends when one does. Every method joins the transaction of the calling thread. Who begins or
 * ends a period tells people.
 */
public final class DegradedPeriods {

  private static final String BEGIN = SqlResource.read("degraded_begin");

  private final JdbcClient jdbc;

  public DegradedPeriods(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /** What the last sync of a table came to. */
  public enum Cause {
    NEVER_SYNCED("%s was never synced"),
    FAILED("the last sync of %s failed"),
    HELD("the last sync of %s is held"),
    SKIPPED("the last sync of %s was skipped");

    private final String sentence;

    Cause(String sentence) {
      this.sentence = sentence;
    }

    /** The word in {@code refkeeper.degraded_period.cause}. */
    public String stored() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The cause whose word is stored. */
    public static Cause of(String stored) {
      return valueOf(stored.toUpperCase(Locale.ROOT));
    }

    /** The cause of one table, in words. */
    public String of(TableName table) {
      return sentence.formatted(table);
    }
  }

  /**
   * A time in degraded mode.
   *
   * @param reason why, for people; may be empty
   * @param ended null while it lasts
   */
  public record Period(TableName table, Cause cause, String reason, Instant began, Instant ended) {}

  /**
   * A sync that was begun at {@code started} did not get through: its table's period begins, or
   * goes on with this cause. Nothing happens when a sync begun later has got through meanwhile.
   *
   * @return whether a period has begun
   */
  public boolean begin(
      TableName table, Cause cause, String reason, Instant started, Instant ended) {
    return jdbc.sql(BEGIN)
        .param("schema", table.schema())
        .param("table", table.name())
        .param("cause", cause.stored())
        .param("reason", reason)
        .param("started", Timestamp.from(started))
        .param("ended", Timestamp.from(ended))
        .query(Boolean.class)
        .optional()
        .orElse(false);
  }

  /**
   * A load has found that a table was never synced. Nothing happens when a sync has got through
   * since it looked.
   *
   * @return whether a period has begun; of several loads at once one begins it
   */
  public boolean beginNeverSynced(TableName table, Instant now) {
    return jdbc.sql(
                """
                insert into refkeeper.degraded_period (table_schema, table_name, cause, reason, began_at)
                select :schema, :table, 'never_synced', '', cast(:now as timestamptz)
                where not exists (
                  select from refkeeper.sync_table_run
                  where table_schema = :schema and table_name = :table
                    and status in ('ok', 'unchanged'))
                on conflict do nothing
                """)
            .param("schema", table.schema())
            .param("table", table.name())
            .param("now", Timestamp.from(now))
            .update()
        > 0;
  }

  /** A sync of the table has got through. */
  public void end(TableName table, Instant now) {
    jdbc.sql(
            """
            update refkeeper.degraded_period set ended_at = ?
            where table_schema = ? and table_name = ? and ended_at is null
            """)
        .params(Timestamp.from(now), table.schema(), table.name())
        .update();
  }

  /** Ends the periods of tables that no sync can end: they are not configured any more. */
  public void endUnconfigured(Configuration configuration, Instant now) {
    List<TableName> synced =
        configuration.referenceTables().values().stream()
            .filter(source -> source.sourceType() != SourceType.MANUAL)
            .map(ReferenceTables::of)
            .toList();
    open().stream()
        .map(Period::table)
        .filter(table -> !synced.contains(table))
        .forEach(table -> end(table, now));
  }

  /** The cause of a table's period that lasts; empty when there is none. */
  public Optional<Cause> cause(TableName table) {
    return jdbc.sql(
            """
            select cause from refkeeper.degraded_period
            where table_schema = ? and table_name = ? and ended_at is null
            """)
        .params(table.schema(), table.name())
        .query(String.class)
        .optional()
        .map(Cause::of);
  }

  /** The periods that have ended and that nobody was told of; from now on somebody was. */
  public List<Period> takeEnded(Instant now) {
    return jdbc.sql(
            """
            update refkeeper.degraded_period set end_told_at = ?
            where ended_at is not null and end_told_at is null
            returning table_schema, table_name, cause, reason, began_at, ended_at
            """)
        .param(Timestamp.from(now))
        .query(DegradedPeriods::period)
        .list();
  }

  private List<Period> open() {
    return jdbc.sql(
            """
            select table_schema, table_name, cause, reason, began_at, ended_at
            from refkeeper.degraded_period where ended_at is null
            """)
        .query(DegradedPeriods::period)
        .list();
  }

  private static Period period(ResultSet row, int n) throws SQLException {
    Timestamp ended = row.getTimestamp("ended_at");
    return new Period(
        new TableName(row.getString("table_schema"), row.getString("table_name")),
        Cause.of(row.getString("cause")),
        row.getString("reason"),
        row.getTimestamp("began_at").toInstant(),
        ended == null ? null : ended.toInstant());
  }
}
