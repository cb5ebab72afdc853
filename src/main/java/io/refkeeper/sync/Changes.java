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
 * <p>New keys go in by ON CONFLICT DO NOTHING: a key that a load derived in the meantime is then
 * met by the next statement, which locks it and promotes it with its true "before" in the audit.
 *
 * <p>A NULL at the source never clears a value that the audit log says a person set and that is
 * still there; see {@link #setByPerson}.
 */
public final class Changes {

  private final JdbcClient jdbc;
  private final AuditLog audit;
  private final GoneRows goneRows;

  public Changes(DataSource target, AuditLog audit) {
    this.jdbc = JdbcClient.create(target);
    this.audit = audit;
    this.goneRows = new GoneRows(jdbc, audit);
  }

  /** Applies the comparison by the table's strategy. */
  public void apply(@ExchangeProperty("table") TableRun run) {
    StagedColumns columns = StagedColumns.of(run);
    long inserted = insert(run, columns);
    findChanged(run, columns);
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
    if (run.deletes() && run.attempt().isAnyKeyMissing()) {
      goneRows.remove(run, columns);
    }
  }

  private long insert(TableRun run, StagedColumns columns) {
    return audit.record(
        run.name(),
        Actor.sync(run.attempt().runId()),
        """
        changed as (
          insert into %s as t (%s, _source, _needs_review)
          select %s, 'authoritative', false
          from sync_row r join sync_delivered d using (_line)
          where d.is_new order by _line
          on conflict (%s) do nothing
          returning %s as key, 'insert' as action, null::jsonb as before, to_jsonb(t.*) as after)
        """
            .formatted(
                run.attempt().target().name().sql(),
                columns.names(""),
                columns.names("r."),
                columns.keys(""),
                columns.keyArray("t")));
  }

  /** Locks the rows that differ, against writers but not against loads that name them. */
  private void findChanged(TableRun run, StagedColumns columns) {
    jdbc.sql(
            "create temporary table sync_change (_line bigint, action text, key text[], before jsonb) on commit drop")
        .update();
    String differs =
        columns.each(
            columns.values(),
            c -> "t.%1$s is distinct from %2$s".formatted(c, value(run, columns, c)),
            " or ");
    String updates = run.updates() && !differs.isEmpty() ? " or " + differs : "";
    String returned = hasRetained(run) ? " or " + returned(run, columns) : "";
    jdbc.sql(
            """
            insert into sync_change
            select r._line, case when t._source = 'auto_derived' then 'promote' else 'update' end, %s, to_jsonb(t.*)
            from sync_row r join %s t on %s
            where t._source = 'auto_derived'%s%s
            order by r._line for no key update of t
            """
                .formatted(
                    columns.keyArray("t"),
                    run.attempt().target().name().sql(),
                    columns.sameKey("t", "r"),
                    updates,
                    returned))
        .update();
    jdbc.sql("analyze sync_change").update();
  }

  private boolean hasRetained(TableRun run) {
    return jdbc.sql(
            "select exists (select from refkeeper.source_key where table_schema = ? and table_name = ? and retained_at is not null)")
        .params(run.name().schema(), run.name().name())
        .query(Boolean.class)
        .single();
  }

  /** A row that was gone and retained is back at its source: the flag goes. */
  private static String returned(TableRun run, StagedColumns columns) {
    return """
    exists (select from refkeeper.source_key k where k.table_schema = %s and k.table_name = %s
              and k.key = %s and k.retained_at is not null)"""
        .formatted(
            TableName.literal(run.name().schema()),
            TableName.literal(run.name().name()),
            columns.keyArray("t"));
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
                    ? "%s = %s, ".formatted(c, value(run, columns, c))
                    : "%1$s = case when c.action = 'promote' then %2$s else t.%1$s end, "
                        .formatted(c, value(run, columns, c)),
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
                returned(run, columns),
                columns.sameKey("t", "r")));
  }

  /** The source's value, or what a person put where the source has none. */
  private static String value(TableRun run, StagedColumns columns, String column) {
    return "case when r.%1$s is null and t.%1$s is not null and %2$s then t.%1$s else r.%1$s end"
        .formatted(column, setByPerson(run, columns, column));
  }

  /**
   * Whether the value that is there now was put there by a person: some audited action of a person
   * changed this field to just this value. A value that came from the source or a load is not kept.
   */
  private static String setByPerson(TableRun run, StagedColumns columns, String column) {
    String field =
        TableName.literal(column.substring(1, column.length() - 1).replace("\"\"", "\""));
    return """
    exists (select from refkeeper.audit_log a where a.table_schema = %1$s and a.table_name = %2$s and a.key = %3$s
              and a.run_kind = 'person' and a.after ->> %4$s = to_jsonb(t.*) ->> %4$s
              and a.before ->> %4$s is distinct from a.after ->> %4$s)"""
        .formatted(
            TableName.literal(run.name().schema()),
            TableName.literal(run.name().name()),
            columns.keyArray("t"),
            field);
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
    if (hasRetained(run)) {
      jdbc.sql(
              """
              update refkeeper.source_key k set retained_at = null, sync_run_id = ?
              from sync_delivered d
              where k.table_schema = ? and k.table_name = ? and k.key = d.key and k.retained_at is not null
              """)
          .params(run.attempt().runId(), schema, table)
          .update();
    }
    jdbc.sql(
            """
            insert into refkeeper.source_key (table_schema, table_name, key, sync_run_id)
            select ?, ?, d.key, ? from sync_delivered d
            where not exists (select from refkeeper.source_key k
                              where k.table_schema = ? and k.table_name = ? and k.key = d.key)
            """)
        .params(schema, table, run.attempt().runId(), schema, table)
        .update();
  }
}
