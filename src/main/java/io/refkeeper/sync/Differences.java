package io.refkeeper.sync;

import io.refkeeper.database.TableName;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The conditions in SQL that a row t of the target differs from its staged row r.
 *
 * <p>A NULL at the source never clears a value that the audit log says a person set and that is
 * still there.
 */
final class Differences {

  private final JdbcClient jdbc;

  Differences(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Whether the row must be written: promoted, updated, or rid of its flag. */
  String condition(TableRun run, StagedColumns columns) {
    String differs =
        columns.each(
            columns.values(),
            c -> "t.%1$s is distinct from %2$s".formatted(c, value(run, columns, c)),
            " or ");
    String updates = run.updates() && !differs.isEmpty() ? " or " + differs : "";
    String returned = hasRetained(run) ? " or " + returned(run, columns) : "";
    return "t._source = 'auto_derived'" + updates + returned;
  }

  /** Whether any key of the table is gone at the source and kept. */
  boolean hasRetained(TableRun run) {
    return jdbc.sql(
            "select exists (select from refkeeper.source_key where table_schema = ? and table_name = ? and retained_at is not null)")
        .params(run.name().schema(), run.name().name())
        .query(Boolean.class)
        .single();
  }

  /** A row that was gone and retained is back at its source: the flag goes. */
  static String returned(TableRun run, StagedColumns columns) {
    return """
    exists (select from refkeeper.source_key k where k.table_schema = %s and k.table_name = %s
              and k.key = %s and k.retained_at is not null)"""
        .formatted(
            TableName.literal(run.name().schema()),
            TableName.literal(run.name().name()),
            columns.keyArray("t"));
  }

  /** The source's value, or what a person put where the source has none. */
  static String value(TableRun run, StagedColumns columns, String column) {
    return "case when r.%1$s is null and t.%1$s is not null and %2$s then t.%1$s else r.%1$s end"
        .formatted(column, setByPerson(run, columns, column));
  }

  /**
   * Whether the value that is there now was put there by a person: of the audited actions, the last
   * one that changed this field was a person's, and to just this value. A value that came from the
   * source or a load is not kept, even if a person had put the same there before.
   */
  private static String setByPerson(TableRun run, StagedColumns columns, String column) {
    String field =
        TableName.literal(column.substring(1, column.length() - 1).replace("\"\"", "\""));
    return """
    exists (select from refkeeper.audit_log a where a.table_schema = %1$s and a.table_name = %2$s and a.key = %3$s
              and a.run_kind = 'person' and a.after ->> %4$s = to_jsonb(t.*) ->> %4$s
              and a.before ->> %4$s is distinct from a.after ->> %4$s
              and not exists (
                select from refkeeper.audit_log later
                where later.table_schema = %1$s and later.table_name = %2$s and later.key = a.key and later.id > a.id
                  and later.before ->> %4$s is distinct from later.after ->> %4$s))"""
        .formatted(
            TableName.literal(run.name().schema()),
            TableName.literal(run.name().name()),
            columns.keyArray("t"),
            field);
  }
}
