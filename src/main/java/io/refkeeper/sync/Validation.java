package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource.OnBadRow;
import io.refkeeper.database.RowFailure;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.ForeignKeyConstraint;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.camel.ExchangeProperty;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds every staged row that cannot be used, before anything is written, and moves the good ones
 * from {@code sync_raw} (text) to {@code sync_row} (typed and collated like the target). Bad ones
 * are in {@code sync_fault}; the keys of those that are left out are in {@code sync_skipped}.
 */
public final class Validation {

  private final JdbcTemplate statements;
  private final JdbcClient jdbc;
  private final boolean withoutSoftErrors;

  public Validation(DataSource target) {
    this(target, false);
  }

  /**
   * @param withoutSoftErrors test values as on PostgreSQL 15, which has no pg_input_is_valid
   */
  Validation(DataSource target, boolean withoutSoftErrors) {
    this.statements = new JdbcTemplate(target);
    this.jdbc = JdbcClient.create(statements);
    this.withoutSoftErrors = withoutSoftErrors;
  }

  /**
   * Checks the staged rows.
   *
   * @throws ProblemException naming keys, columns and values, under {@code on_bad_row: fail}
   */
  public void validate(@ExchangeProperty("table") TableRun run) {
    StagedColumns columns = StagedColumns.of(run);
    ValueFit fit = ValueFit.on(jdbc, withoutSoftErrors);
    jdbc.sql(
            "create temporary table sync_fault (line bigint, code text, column_name text, value text) on commit drop")
        .update();
    makeTyped(run, columns, fit);
    if (findDuplicates(run, columns) > 0) {
      dropFaulty();
    }
    while (findUnknownParents(run.attempt().target(), columns) > 0) {
      dropFaulty(); // in a hierarchy, the children of a dropped row go with it
    }
    List<Problem> problems = Faults.describe(jdbc, run, columns);
    if (!problems.isEmpty() && run.source().onBadRow() == OnBadRow.FAIL) {
      throw new ProblemException(problems, null);
    }
    if (!problems.isEmpty()) {
      problems.forEach(run.attempt()::remark);
      leaveOut(run, columns, fit);
      jdbc.sql("analyze sync_row").update();
    }
  }

  /** In one pass if every row is good, as is usual; else bad ones are looked for first. */
  private void makeTyped(TableRun run, StagedColumns columns, ValueFit fit) {
    jdbc.sql(
            "create temporary table sync_row on commit drop as select 0::bigint as _line, %s from %s limit 0"
                .formatted(columns.names(""), run.attempt().target().name().sql()))
        .update();
    if (!castEvery(run.attempt().fetched(), columns, fit)) {
      jdbc.sql("truncate sync_row").update();
      boolean anyBad = jdbc.sql(BadValues.insertFaults(columns, fit)).update() > 0;
      cast(
          columns, anyBad ? "not exists (select from sync_fault f where f.line = r.line)" : "true");
    }
    jdbc.sql("analyze sync_row").update();
  }

  /** False when a cast fails, or a row looks as if one should. */
  private boolean castEvery(long rows, StagedColumns columns, ValueFit fit) {
    String good = "(%s) is not true".formatted(BadValues.suspicious(columns, fit));
    long[] typed = new long[1];
    return RowFailure.attempt(statements, () -> typed[0] = cast(columns, good)) == null
        && typed[0] == rows;
  }

  private long cast(StagedColumns columns, String condition) {
    return jdbc.sql(
            "insert into sync_row select line, %s from sync_raw r where %s"
                .formatted(columns.typed(), condition))
        .update();
  }

  /** Looks whether there are any first, which takes no sorting of all rows. */
  private int findDuplicates(TableRun run, StagedColumns columns) {
    if (inKeyOrder(columns)) {
      run.attempt().keyOrderFound();
      return 0;
    }
    boolean none =
        jdbc.sql(
                "select not exists (select from sync_row group by %s having count(*) > 1)"
                    .formatted(columns.keys("")))
            .query(Boolean.class)
            .single();
    if (none) {
      return 0;
    }
    return jdbc.sql(
            """
            insert into sync_fault
            select _line, 'duplicate_key', null, null
            from (select _line, count(*) over (partition by %s) as copies from sync_row) r
            where copies > 1
            """
                .formatted(columns.keys("")))
        .update();
  }

  /**
   * Whether each key is greater than the one before it, as it is where a source has read its own
   * key's index: one look, by which no key occurs twice, and nothing has to be sorted later.
   */
  private boolean inKeyOrder(StagedColumns columns) {
    String before = columns.each(columns.key(), c -> "lag(" + c + ") over ()", ", ");
    return jdbc.sql(
            """
            select coalesce(bool_and(ascends), true)
            from (select (%s) > (%s) as ascends from sync_row) r
            """
                .formatted(columns.keys(""), before))
        .query(Boolean.class)
        .single();
  }

  private int findUnknownParents(Table target, StagedColumns columns) {
    return target.foreignKeys().stream()
        .filter(key -> columns.containsAll(key.columns()))
        .mapToInt(key -> findUnknownParents(target, columns, key))
        .sum();
  }

  private int findUnknownParents(Table target, StagedColumns columns, ForeignKeyConstraint key) {
    String present = columns.each(key.columns(), c -> "r." + c + " is not null", " and ");
    String match = StagedColumns.pairs("p", key.parentColumns(), "r", key.columns());
    boolean self = key.parent().equals(target.name());
    String among =
        self && columns.containsAll(key.parentColumns())
            ? " and not exists (select from sync_row p where %s)".formatted(match)
            : "";
    return jdbc.sql(
            """
            insert into sync_fault
            select r._line, 'unknown_parent', :columns, concat_ws(', ', %s)
            from sync_row r
            where %s and not exists (select from %s p where %s)%s
            """
                .formatted(
                    columns.each(key.columns(), c -> "r." + c + "::text", ", "),
                    present,
                    key.parent().sql(),
                    match,
                    among))
        .param("columns", String.join(", ", key.columns()))
        .update();
  }

  private void dropFaulty() {
    jdbc.sql("delete from sync_row r using sync_fault f where f.line = r._line").update();
  }

  /** Remembers the keys of the bad rows, which are not gone. */
  private void leaveOut(TableRun run, StagedColumns columns, ValueFit fit) {
    String readable =
        IntStream.range(0, columns.size())
            .filter(columns::isKey)
            .mapToObj(
                i ->
                    "%s is not null and %s"
                        .formatted(
                            Staging.column(i), fit.fits(Staging.column(i), columns.target(i))))
            .collect(Collectors.joining(" and "));
    jdbc.sql(
            "create temporary table sync_skipped on commit drop as select %s from %s limit 0"
                .formatted(columns.keys(""), run.attempt().target().name().sql()))
        .update();
    jdbc.sql(
            """
            insert into sync_skipped
            select %s from (select * from sync_raw r
              where exists (select from sync_fault f where f.line = r.line) and %s offset 0) r
            """
                .formatted(columns.typedKeys(), readable))
        .update();
    boolean keysReadable =
        jdbc.sql(
                "select not exists (select from sync_raw r where exists (select from sync_fault f where f.line = r.line) and not coalesce(%s, false))"
                    .formatted(readable))
            .query(Boolean.class)
            .single();
    long rows = jdbc.sql("select count(distinct line) from sync_fault").query(Long.class).single();
    run.attempt().rowsLeftOut(rows, keysReadable);
  }
}
