package io.refkeeper.ingest;

import io.refkeeper.database.JsonText;
import io.refkeeper.database.RowByRow;
import io.refkeeper.database.RowFailure;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.database.copy.TextRows;
import io.refkeeper.ingest.FactConstraint.Kind;
import io.refkeeper.quarantine.QuarantinedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Load mode {@code upsert}: rows wait in a temporary table until the file is read, because of two
 * rows with one key only the last may win.
 */
final class UpsertStage {

  private static final String WRITTEN = "pg_temp.refkeeper_upsert_written";

  private final JdbcTemplate jdbc;
  private final CopyStream copy;
  private final UpsertRefusals refused;

  UpsertStage(DataSource target) {
    this.jdbc = new JdbcTemplate(target);
    this.copy = new CopyStream(target);
    this.refused = new UpsertRefusals(jdbc);
  }

  /** Makes the temporary tables; they go with the transaction. */
  void open(DomainLoad load) {
    String columns =
        load.rows().columns().stream()
            .map(name -> load.factTable().column(name).orElseThrow())
            .map(UpsertStage::staged)
            .collect(Collectors.joining(", "));
    jdbc.execute(
        """
        create temporary table %1$s on commit drop as
          select null::bigint as refkeeper_line, null::text as refkeeper_sheet,
            null::text as refkeeper_original, null::text as refkeeper_fields,
            null::text as refkeeper_keys, null::text as refkeeper_scope, %2$s
          from %3$s with no data
        """
            .formatted(stage(load), columns, load.factTable().name().sql()));
    jdbc.execute(
        "alter table %s add refkeeper_row bigint generated always as identity primary key"
            .formatted(stage(load)));
    refused.open();
    jdbc.execute("drop table if exists " + WRITTEN);
    jdbc.execute(
        """
        create temporary table refkeeper_upsert_written (loaded bigint, replaced bigint)
        on commit drop
        """);
  }

  /** What only the database can judge is staged as text, so that a bad value names its row. */
  private static String staged(Column column) {
    String name = TableName.quote(column.name());
    return FactRefusals.cannotBeForeseen(column) ? "%1$s::text as %1$s".formatted(name) : name;
  }

  private static String typed(DomainLoad load, String name) {
    Column column = load.factTable().column(name).orElseThrow();
    String staged = "s." + TableName.quote(name);
    return FactRefusals.cannotBeForeseen(column)
        ? "%s::%s".formatted(staged, column.declaredType())
        : staged;
  }

  private static String stage(DomainLoad load) {
    return "refkeeper_upsert_" + load.loadRunId();
  }

  /** Takes rows in file order. */
  void add(DomainLoad load, List<FactRow> rows) {
    TextRows buffer = new TextRows();
    int columns = load.rows().columns().size();
    boolean comparable = keysAreComparable(load);
    for (FactRow row : rows) {
      QuarantinedRow described = load.quarantined(row.source(), row.values(), null, null, "", "");
      buffer.value(Long.toString(row.line()));
      for (String text :
          List.of(
              described.original(),
              JsonText.of(described.fields()),
              JsonText.of(described.keys()))) {
        buffer.separator();
        buffer.value(text.replace('\0', '\uFFFD'));
      }
      buffer.separator();
      buffer.value(described.sheet());
      buffer.separator();
      buffer.value(comparable ? described.scope() : null);
      buffer.separator();
      buffer.row(row.values(), columns);
    }
    copy.copy(
        """
        copy %s (refkeeper_line, refkeeper_original, refkeeper_fields, refkeeper_keys, refkeeper_sheet,
          refkeeper_scope, %s)
        from stdin with (format text, encoding 'UTF8')"""
            .formatted(stage(load), TableName.quoteAll(load.rows().columns())),
        buffer);
  }

  /** Whether later loads can compare the keys of refused rows, some of which may be no values. */
  private static boolean keysAreComparable(DomainLoad load) {
    return load.domain().upsertBy().stream()
        .map(name -> load.factTable().column(name).orElseThrow())
        .allMatch(column -> column.castCannotFail() || column.enumerated());
  }

  /** What became of the staged rows that were not refused. */
  record Result(long loaded, long replaced) {}

  /**
   * Writes the last row of every key; earlier ones, rows without a key and those that the database
   * refuses are handed over, some at a time.
   */
  Result write(DomainLoad load, Consumer<List<QuarantinedRow>> quarantine) {
    writeAlone(load);
    String stage = stage(load);
    refused.add(stage, noKey(load), "null_upsert_key", "a column of upsert_by is empty");
    refused.add(
        stage, superseded(load), "superseded_in_file", "a later row of the file has the same key");
    refused.handOver(stage, quarantine);
    boolean bySet = load.checks().refusals() != Refusals.BY_ROW;
    if (!writeAll(load) && !(bySet && writeWithoutGuilty(load, quarantine))) {
      writeRowByRow(load);
      refused.handOver(stage, quarantine);
    }
    return jdbc.queryForObject(
        "select coalesce(sum(loaded), 0), coalesce(sum(replaced), 0) from " + WRITTEN,
        (row, n) -> new Result(row.getLong(1), row.getLong(2)));
  }

  /**
   * Of the upserts into one table, one after the other writes and commits: a load then sees all
   * rows of those before it that wait, and supersedes them; or it has begun before they ended,
   * which a release sees, too.
   */
  private void writeAlone(DomainLoad load) {
    jdbc.queryForList(
        "select pg_advisory_xact_lock(%d, %d)::text"
            .formatted(Ledger.UPSERT_LOCK, (int) load.factTable().oid()));
  }

  private static String noKey(DomainLoad load) {
    return load.domain().upsertBy().stream()
        .map(column -> "s.%s is null".formatted(TableName.quote(column)))
        .collect(Collectors.joining(" or "));
  }

  /** Rows that waited for their parents are staged last, wherever the file has them. */
  private static String superseded(DomainLoad load) {
    return """
        s.refkeeper_row in (
          select refkeeper_row
          from (select refkeeper_row, lead(refkeeper_row) over (
                         partition by %1$s order by refkeeper_sheet_order, refkeeper_line) as later
                from (select *, coalesce(array_position(%2$s, refkeeper_sheet)::bigint,
                                  min(refkeeper_row) over (partition by refkeeper_sheet))
                                  as refkeeper_sheet_order
                      from %3$s) ordered) numbered
          where later is not null)
        and not (%4$s)
        """
        .formatted(
            TableName.quoteAll(load.domain().upsertBy()), sheets(load), stage(load), noKey(load));
  }

  /**
   * Closes waiting rows of earlier loads, or of earlier lines of this one, whose key was written
   * now: they must not be written over it when their parents come.
   */
  void supersedeWaiting(DomainLoad load) {
    String sameKey =
        load.domain().upsertBy().stream()
            .map(
                name ->
                    WaitingRows.names(
                        load.factTable().column(name).orElseThrow(), typed(load, name)))
            .collect(Collectors.joining(" and "));
    jdbc.update(
        """
        update refkeeper.quarantine q set state = 'superseded', closed_at = clock_timestamp()
        from %s s
        where q.domain = %s and q.state = 'waiting' and q.scope is not null and %s
          and (q.load_run_id < %4$d or q.load_run_id = %4$d and not (
            s.refkeeper_sheet is not distinct from q.sheet and s.refkeeper_line <= q.line
            or coalesce(array_position(%5$s, s.refkeeper_sheet)
                           < array_position(%5$s, q.sheet), false)))
        """
            .formatted(
                stage(load),
                TableName.literal(load.domain().name()),
                sameKey,
                load.loadRunId(),
                sheets(load)));
  }

  private static String sheets(DomainLoad load) {
    return load.domain().sheets().stream()
        .map(TableName::literal)
        .collect(Collectors.joining(", ", "array[", "]::text[]"));
  }

  private boolean writeAll(DomainLoad load) {
    return RowFailure.attempt(
            jdbc, () -> jdbc.update(upsertStatement(load, "0", Long.toString(Long.MAX_VALUE))))
        == null;
  }

  /** Takes out what violates a CHECK or a foreign key, one statement a constraint. */
  private boolean writeWithoutGuilty(DomainLoad load, Consumer<List<QuarantinedRow>> quarantine) {
    List<FactConstraint> testable =
        FactConstraint.of(jdbc, load.factTable()).stream()
            .filter(constraint -> constraint.kind() != Kind.UNIQUE)
            .filter(constraint -> !constraint.columns().isEmpty())
            .filter(constraint -> load.rows().columns().containsAll(constraint.columns()))
            .toList();
    boolean tested =
        RowFailure.attempt(
                jdbc,
                () -> testable.forEach(constraint -> refused.add(load, stage(load), constraint)))
            == null;
    if (tested) {
      refused.handOver(stage(load), quarantine);
    }
    return tested && writeAll(load);
  }

  /** What no set-wise test has found: triggers, types, other unique constraints. */
  private void writeRowByRow(DomainLoad load) {
    jdbc.execute("analyze " + stage(load));
    Long last = jdbc.queryForObject("select max(refkeeper_row) from " + stage(load), Long.class);
    RowByRow.prepare(
        jdbc, upsertStatement(load, RowByRow.FROM, RowByRow.TO), last == null ? 0 : last);
    refused.addRowByRow();
  }

  /** Writes the rows (from, to], and how many they were. */
  private static String upsertStatement(DomainLoad load, String from, String to) {
    List<String> columns = load.rows().columns();
    List<String> updated =
        columns.stream().filter(column -> !load.domain().upsertBy().contains(column)).toList();
    String loadIdColumn = load.domain().loadIdColumn();
    String idTarget = loadIdColumn == null ? "" : ", " + TableName.quote(loadIdColumn);
    String idValue = loadIdColumn == null ? "" : ", " + load.loadRunId();
    List<String> assignments = new ArrayList<>();
    for (String column : updated) {
      assignments.add("%1$s = excluded.%1$s".formatted(TableName.quote(column)));
    }
    if (loadIdColumn != null) {
      assignments.add("%1$s = excluded.%1$s".formatted(TableName.quote(loadIdColumn)));
    }
    return """
        with there as (
          select count(*) as n from %1$s s join %3$s f on %2$s
          where refkeeper_row > %9$s and refkeeper_row <= %10$s
        ), written as (
          insert into %3$s (%4$s)
          select %5$s from %1$s s
          where refkeeper_row > %9$s and refkeeper_row <= %10$s order by refkeeper_row
          on conflict (%6$s) do update set %7$s
          returning 1
        )
        insert into %8$s select (select count(*) from written), there.n from there
        """
        .formatted(
            stage(load),
            load.domain().upsertBy().stream()
                .map(column -> "f.%s = %s".formatted(TableName.quote(column), typed(load, column)))
                .collect(Collectors.joining(" and ")),
            load.factTable().name().sql(),
            TableName.quoteAll(columns) + idTarget,
            columns.stream().map(column -> typed(load, column)).collect(Collectors.joining(", "))
                + idValue,
            TableName.quoteAll(load.domain().upsertBy()),
            // with nothing to set, the row counts as loaded all the same
            assignments.isEmpty()
                ? "%1$s = excluded.%1$s".formatted(TableName.quote(load.domain().upsertBy().get(0)))
                : String.join(", ", assignments),
            WRITTEN,
            from,
            to);
  }
}
