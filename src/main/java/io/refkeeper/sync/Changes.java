package io.refkeeper.sync;

import io.refkeeper.audit.AuditLog;
import io.refkeeper.audit.AuditLog.Actor;
import io.refkeeper.database.TableName;
import javax.sql.DataSource;
import org.apache.camel.ExchangeProperty;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes what is new, changed or to be promoted; rows that are equal are not written.
 *
 * <p>A key that a load derived in the meantime is left alone by the insert, and met by the next
 * statement, which locks it and promotes it with its true "before" in the audit.
 *
 * <p>A NULL at the source never clears a value that the audit log says a person set and that is
 * still there; see {@link Differences}.
 */
public final class Changes {

  private final JdbcClient jdbc;
  private final AuditLog audit;
  private final NewRows newRows;
  private final GoneRows goneRows;
  private final Differences differences;

  public Changes(DataSource target, AuditLog audit) {
    this.jdbc = JdbcClient.create(target);
    this.audit = audit;
    this.newRows = new NewRows(target, audit);
    this.goneRows = new GoneRows(jdbc, audit);
    this.differences = new Differences(jdbc);
  }

  /** Applies the comparison by the table's strategy. */
  public void apply(@ExchangeProperty("table") TableRun run) {
    StagedColumns columns = StagedColumns.of(run);
    long inserted = run.attempt().newKeys() == 0 ? 0 : newRows.insert(run, columns);
    findChanged(run, columns, inserted);
    long promoted = count("promote");
    long updated = count("update");
    run.attempt().applied(inserted, updated, promoted);
    if (promoted + updated > 0) {
      update(run, columns);
    }
    if (promoted > 0) {
      closeReviews(run);
    }
    retireAliases(run);
    rememberKeys(run);
    if (run.attempt().isAnyKeyMissing()) {
      if (run.deletes()) {
        goneRows.remove(run, columns);
      } else {
        goneRows.leave(run);
      }
    }
  }

  /**
   * Locks the rows that differ, in key order, against writers but not against loads that name them:
   * those that the comparison has found, and new keys that somebody else has inserted since.
   */
  private void findChanged(TableRun run, StagedColumns columns, long inserted) {
    jdbc.sql(
            "create temporary table sync_change (_line bigint, action text, key text[], before jsonb) on commit drop")
        .update();
    if (run.attempt().differing() == 0 && inserted == run.attempt().newKeys()) {
      return;
    }
    jdbc.sql(
            """
            insert into sync_change
            select r._line, case when t._source = 'auto_derived' then 'promote' else 'update' end, %s, to_jsonb(t.*)
            from sync_row r join sync_delivered d using (_line) join %s t on %s
            where (d.is_new or d.differs) and (%s)
            order by %s for no key update of t
            """
                .formatted(
                    columns.keyArray("t"),
                    run.attempt().target().name().sql(),
                    columns.sameKey("t", "r"),
                    differences.condition(run, columns),
                    columns.keys("t.")))
        .update();
    jdbc.sql("analyze sync_change").update();
  }

  private long count(String action) {
    return jdbc.sql("select count(*) from sync_change where action = ?")
        .param(action)
        .query(Long.class)
        .single();
  }

  private void update(TableRun run, StagedColumns columns) {
    boolean updates = run.updates();
    String assignments =
        columns.each(
            columns.values(),
            c ->
                updates
                    ? "%s = %s, ".formatted(c, Differences.value(run, columns, c))
                    : "%1$s = case when c.action = 'promote' then %2$s else t.%1$s end, "
                        .formatted(c, Differences.value(run, columns, c)),
            "");
    audit.record(
        run.name(),
        Actor.sync(run.attempt().runId()),
        """
        changed as (
          update %s t set %s_source = 'authoritative',
            _needs_review = case when c.action = 'promote' or %s then false else t._needs_review end
          from sync_row r join sync_change c using (_line)
          where %s
          returning c.key, c.action, c.before, to_jsonb(t.*) as after)
        """
            .formatted(
                run.attempt().target().name().sql(),
                assignments,
                Differences.returned(run, columns),
                columns.sameKey("t", "r")));
  }

  private void closeReviews(TableRun run) {
    jdbc.sql(
            """
            update refkeeper.derived_record d
            set state = 'superseded', version = version + 1, closed_at = clock_timestamp(), closed_by = 'sync'
            from sync_change c
            where c.action = 'promote' and d.table_schema = ? and d.table_name = ? and d.key = c.key and d.state = 'pending'
            """)
        .params(run.name().schema(), run.name().name())
        .update();
  }

  private void retireAliases(TableRun run) {
    int retired =
        audit.record(
            run.name(),
            Actor.sync(run.attempt().runId()),
            """
            changed as (
              update refkeeper.key_alias a set retired_at = clock_timestamp()
              from sync_delivered d
              where a.table_schema = :schema and a.table_name = :table and a.alias = d.key and a.retired_at is null
              returning a.alias as key, 'retire_alias' as action,
                        jsonb_build_object('alias', a.alias, 'target', a.target) as before, null::jsonb as after)
            """
                .replace(":schema", TableName.literal(run.name().schema()))
                .replace(":table", TableName.literal(run.name().name())));
    if (retired > 0) {
      run.attempt().wroteOtherwise();
    }
  }

  private void rememberKeys(TableRun run) {
    String schema = run.name().schema();
    String table = run.name().name();
    if (differences.hasRetained(run)) {
      jdbc.sql(
              """
              update refkeeper.source_key k set retained_at = null, sync_run_id = ?
              from sync_delivered d
              where k.table_schema = ? and k.table_name = ? and k.key = d.key and k.retained_at is not null
              """)
          .params(run.attempt().runId(), schema, table)
          .update();
    }
    // not by a join with the keys remembered so far: they grow meanwhile, and where their
    // statistics
    // say that there are none, each row would be compared with all before it
    String fresh =
        run.attempt().areNewKeysListed()
            ? "select ?, ?, fresh, ? from sync_key_difference where fresh is not null"
            : "select ?, ?, key, ? from sync_delivered";
    String known = run.attempt().hasDeliveredBefore() ? "on conflict do nothing" : "";
    jdbc.sql(
            "insert into refkeeper.source_key (table_schema, table_name, key, sync_run_id) %s %s"
                .formatted(fresh, known))
        .params(schema, table, run.attempt().runId())
        .update();
  }
}
