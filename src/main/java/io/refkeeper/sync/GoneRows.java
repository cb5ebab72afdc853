package io.refkeeper.sync;

import io.refkeeper.audit.AuditLog;
import io.refkeeper.audit.AuditLog.Actor;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.TableName;
import io.refkeeper.problem.Problem;
import java.sql.Array;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Removes the rows of {@code sync_gone} that nothing references, and flags the others; or leaves
 * them, by the table's strategy.
 *
 * <p>Lock, then look: the rows are locked FOR UPDATE first (a busy one is skipped, and retained),
 * which keeps every new reference waiting; the next statement, with its new READ COMMITTED
 * snapshot, sees all references there are. One DELETE ... WHERE NOT EXISTS would wait for a running
 * load and then delete by what it saw before, and by ON DELETE CASCADE take the fact with it.
 */
final class GoneRows {

  private static final String REFERENCES = SqlResource.read("references_to_table");
  private static final int SAMPLES = 20;

  private final JdbcClient jdbc;
  private final AuditLog audit;

  GoneRows(JdbcClient jdbc, AuditLog audit) {
    this.jdbc = jdbc;
    this.audit = audit;
  }

  /** A foreign key to the table; the table itself may hold it. */
  private record Reference(TableName table, List<String> columns, List<String> parentColumns) {}

  void remove(TableRun run, StagedColumns columns) {
    forget(run, columns);
    List<Reference> references = references(run);
    lock(run, columns);
    long deleted;
    do { // a hierarchy is taken from its leaves
      deleted = delete(run, columns, references);
      run.attempt().deleted(deleted);
    } while (deleted > 0);
    retain(run, columns, references);
  }

  /**
   * Leaves the rows to whoever is left with them. The keys are no longer the source's, so that
   * max_shrink counts a loss once, when it happens.
   */
  void leave(TableRun run) {
    jdbc.sql(
            """
            delete from refkeeper.source_key k using sync_gone g
            where k.table_schema = ? and k.table_name = ? and k.key = g.key and k.retained_at is null
            """)
        .params(run.name().schema(), run.name().name())
        .update();
  }

  /** Keys that are no longer this source's: deleted by somebody else, or derived again since. */
  private void forget(TableRun run, StagedColumns columns) {
    jdbc.sql(
            "delete from sync_gone g where not exists (select from %s t where %s = g.key and t._source = 'authoritative')"
                .formatted(run.attempt().target().name().sql(), columns.keyArray("t")))
        .update();
    jdbc.sql(
            """
            delete from refkeeper.source_key k
            where k.table_schema = ? and k.table_name = ?
              and not exists (select from sync_delivered d where d.key = k.key)
              and not exists (select from sync_gone g where g.key = k.key)
              and not %s
            """
                .formatted(skipped(run, columns)))
        .params(run.name().schema(), run.name().name())
        .update();
  }

  private static String skipped(TableRun run, StagedColumns columns) {
    return run.attempt().hasLeftOutRows()
        ? "exists (select from sync_skipped s where %s = k.key)".formatted(columns.keyArray("s"))
        : "false";
  }

  private List<Reference> references(TableRun run) {
    return jdbc.sql(REFERENCES)
        .param(run.attempt().target().oid())
        .query(
            (row, n) ->
                new Reference(
                    new TableName(row.getString("schema"), row.getString("name")),
                    strings(row.getArray("columns")),
                    strings(row.getArray("parent_columns"))))
        .list();
  }

  private static List<String> strings(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  private void lock(TableRun run, StagedColumns columns) {
    jdbc.sql(
            """
            with free as materialized (
              select %1$s as key from %2$s t where %1$s in (select key from sync_gone)
              order by 1 for update of t skip locked)
            update sync_gone g set locked = true from free where free.key = g.key
            """
                .formatted(columns.keyArray("t"), run.attempt().target().name().sql()))
        .update();
  }

  private long delete(TableRun run, StagedColumns columns, List<Reference> references) {
    String unreferenced =
        references.stream()
            .map(r -> " and not exists (" + rowsThatName(run, r, "select") + ")")
            .collect(Collectors.joining("\n"));
    long deleted =
        audit.record(
            run.name(),
            Actor.sync(run.attempt().runId()),
            """
            changed as (
              delete from %s t using sync_gone g
              where g.locked and %s = g.key%s
              returning g.key, 'delete' as action, to_jsonb(t.*) as before, null::jsonb as after)
            """
                .formatted(
                    run.attempt().target().name().sql(), columns.keyArray("t"), unreferenced));
    if (deleted > 0) {
      String stillThere =
          "not exists (select from %s t where %s = %%s.key)"
              .formatted(run.attempt().target().name().sql(), columns.keyArray("t"));
      jdbc.sql(
              """
              delete from refkeeper.source_key k using sync_gone g
              where k.table_schema = ? and k.table_name = ? and k.key = g.key and g.locked and %s
              """
                  .formatted(stillThere.formatted("g")))
          .params(run.name().schema(), run.name().name())
          .update();
      jdbc.sql("delete from sync_gone g where g.locked and " + stillThere.formatted("g")).update();
    }
    return deleted;
  }

  /** The rows of a referencing table that name row t; a row that names itself is none. */
  private static String rowsThatName(TableRun run, Reference reference, String select) {
    String match = StagedColumns.pairs("f", reference.columns(), "t", reference.parentColumns());
    boolean self = reference.table().equals(run.attempt().target().name());
    String notItself =
        self
            ? " and not (%s)"
                .formatted(
                    StagedColumns.pairs(
                        "f", reference.parentColumns(), "t", reference.parentColumns()))
            : "";
    return "%s from %s f where %s%s".formatted(select, reference.table().sql(), match, notItself);
  }

  private void retain(TableRun run, StagedColumns columns, List<Reference> references) {
    long retained = jdbc.sql("select count(*) from sync_gone").query(Long.class).single();
    run.attempt().retained(retained);
    if (retained == 0) {
      return;
    }
    String count =
        references.isEmpty()
            ? "0"
            : references.stream()
                .map(r -> "(" + rowsThatName(run, r, "select count(*)") + ")")
                .collect(Collectors.joining(" + "));
    int flagged =
        audit.record(
            run.name(),
            Actor.sync(run.attempt().runId()),
            """
            flag as (
              update refkeeper.source_key k set retained_at = clock_timestamp() from sync_gone g
              where k.table_schema = %1$s and k.table_name = %2$s and k.key = g.key and k.retained_at is null
              returning k.key),
            counted as materialized (
              select flag.key, to_jsonb(t.*) as before, %3$s as referencing_rows
              from flag join %4$s t on %5$s = flag.key),
            changed as (
              update %4$s t set _needs_review = true from counted c where %5$s = c.key
              returning c.key, 'retain' as action, c.before,
                        to_jsonb(t.*) || jsonb_build_object('referencing_rows', c.referencing_rows) as after)
            """
                .formatted(
                    TableName.literal(run.name().schema()),
                    TableName.literal(run.name().name()),
                    count,
                    run.attempt().target().name().sql(),
                    columns.keyArray("t")));
    if (flagged > 0) {
      run.attempt().wroteOtherwise();
      report(run, flagged);
    }
  }

  private void report(TableRun run, int flagged) {
    String samples =
        jdbc.sql(
                """
                select string_agg(array_to_string(key, ', ') || ' (' || (after ->> 'referencing_rows') || ')', '; ' order by key)
                from (select key, after from refkeeper.audit_log
                      where table_schema = ? and table_name = ? and action = 'retain' and run_id = ?
                      order by key limit ?) a
                """)
            .params(run.name().schema(), run.name().name(), run.attempt().runId(), SAMPLES)
            .query(String.class)
            .single();
    String more = flagged > SAMPLES ? "; and %d more".formatted(flagged - SAMPLES) : "";
    run.attempt()
        .remark(
            new Problem(
                "retained",
                "%d key%s gone at the source and still referenced, or in use right now; kept and flagged for review: key (referencing rows) %s%s"
                    .formatted(flagged, flagged == 1 ? " is" : "s are", samples, more),
                run.name().toString(),
                "Correct the rows that name them; they are deleted by a later sync when nothing references them"));
  }
}
