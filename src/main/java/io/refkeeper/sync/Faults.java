package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource.OnBadRow;
import io.refkeeper.database.Table.Column;
import io.refkeeper.problem.Problem;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells people what {@code sync_fault} holds: one problem for each kind and column, with samples.
 */
final class Faults {

  private static final int SAMPLES = 10;

  private Faults() {}

  static List<Problem> describe(JdbcClient jdbc, TableRun run, StagedColumns columns) {
    return jdbc.sql(
            """
            select code, column_name, count(*) as faults,
                   array_to_string((array_agg(sample order by line))[1:%d], '; ') as samples
            from (select f.code, f.column_name, f.line,
                         'row ' || f.line || ': ' || case f.code
                           when 'null_key' then 'NULL' when 'blank_key' then 'blank'
                           else 'key ' || concat_ws(', ', %s) end
                         || case when f.code in ('value_does_not_fit', 'unknown_parent')
                                 then ' has ' || quote_literal(left(f.value, 60)) else '' end as sample
                  from sync_fault f join sync_raw r on r.line = f.line) s
            group by code, column_name order by min(line), code, column_name
            """
                .formatted(SAMPLES, columns.rawKeys()))
        .query(
            (row, n) ->
                problem(
                    run,
                    row.getString("code"),
                    row.getString("column_name"),
                    row.getLong("faults"),
                    row.getString("samples")))
        .list();
  }

  private static Problem problem(
      TableRun run, String code, String column, long faults, String samples) {
    boolean fail = run.source().onBadRow() == OnBadRow.FAIL;
    String more = faults > SAMPLES ? "; and %d more".formatted(faults - SAMPLES) : "";
    return new Problem(
        code,
        "%d row%s: %s (%s%s)"
            .formatted(faults, faults == 1 ? "" : "s", meaning(run, code, column), samples, more),
        run.name().toString(),
        fail
            ? "Correct the source, or set on_bad_row: skip; nothing was written"
            : "Correct the source; these rows were left out");
  }

  private static String meaning(TableRun run, String code, String column) {
    return switch (code) {
      case "null_key" -> "the key column %s is NULL".formatted(column);
      case "blank_key" -> "the key column %s is blank".formatted(column);
      case "duplicate_key" -> "the key occurs more than once";
      case "missing_value" -> "column %s is NULL, and the table wants a value".formatted(column);
      case "nul_character" -> "column %s contains a NUL character".formatted(column);
      case "unknown_parent" -> "the parent that %s names does not exist".formatted(column);
      default ->
          "the value does not fit column %s %s"
              .formatted(
                  column,
                  run.attempt().target().column(column).map(Column::declaredType).orElse(""));
    };
  }
}
