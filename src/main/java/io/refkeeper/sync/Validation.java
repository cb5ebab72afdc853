package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource.OnBadRow;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.Table.ForeignKeyConstraint;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.camel.ExchangeProperty;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds every staged row that cannot be used, before anything is written, and moves the good ones
 * from {@code sync_raw} (text) to {@code sync_row} (typed and collated like the target). Bad ones
 * are in {@code sync_fault}; the keys of those that are left out are in {@code sync_skipped}.
 */
public final class Validation {

  private static final int SAMPLES = 10;
  private static final int INPUT_IS_VALID_SINCE = 160000;

  private final JdbcClient jdbc;
  private final boolean withoutSoftErrors;

  public Validation(DataSource target) {
    this(target, false);
  }

  /**
   * @param withoutSoftErrors test values as on PostgreSQL 15, which has no pg_input_is_valid
   */
  Validation(DataSource target, boolean withoutSoftErrors) {
    this.jdbc = JdbcClient.create(target);
    this.withoutSoftErrors = withoutSoftErrors;
  }

  /**
   * Checks the staged rows.
   *
   * @throws ProblemException naming keys, columns and values, under {@code on_bad_row: fail}
   */
  public void validate(@ExchangeProperty("table") TableRun run) {
    StagedColumns columns = StagedColumns.of(run);
    String fits = fitsFunction();
    jdbc.sql(
            "create temporary table sync_fault (line bigint, code text, column_name text, value text) on commit drop")
        .update();
    findBadValues(columns, fits);
    makeTyped(run, columns);
    findDuplicates(columns);
    dropFaulty();
    while (findUnknownParents(run, columns) > 0) {
      dropFaulty(); // in a hierarchy, the children of a dropped row go with it
    }
    settle(run, columns, fits);
    jdbc.sql("analyze sync_row").update();
  }

  private String fitsFunction() {
    int version =
        jdbc.sql("select current_setting('server_version_num')::int").query(Integer.class).single();
    if (version >= INPUT_IS_VALID_SINCE && !withoutSoftErrors) {
      return "pg_input_is_valid";
    }
    jdbc.sql(
            """
            create or replace function pg_temp.refkeeper_fits(value text, type text) returns boolean
            language plpgsql as $$
            declare discarded text;
            begin
              if type ~ '^character( varying)?\\(\\d+\\)$' then
                return char_length(rtrim(value, ' ')) <= substring(type from '\\((\\d+)\\)')::int;
              end if;
              execute format('select (%L::%s)::text', value, type) into discarded;
              return true;
            exception when others then
              return false;
            end $$
            """)
        .update();
    return "pg_temp.refkeeper_fits";
  }

  private record Test(String code, String column, String value, String bad) {}

  private void findBadValues(StagedColumns columns, String fits) {
    List<Test> tests = new ArrayList<>();
    tests.add(new Test("nul_character", "r.fault", "null", "r.fault is not null"));
    for (int i = 0; i < columns.size(); i++) {
      String c = "r." + Staging.column(i);
      Column target = columns.target(i);
      String name = literal(target.name());
      if (columns.isKey(i)) {
        tests.add(new Test("null_key", name, "null", c + " is null"));
        tests.add(new Test("blank_key", name, "null", "btrim(" + c + ") = ''"));
      } else if (target.notNull()) {
        tests.add(new Test("missing_value", name, "null", c + " is null"));
      }
      String bad = doesNotFit(c, target, fits);
      if (bad != null && columns.isKey(i)) {
        bad = "btrim(%s) <> '' and %s".formatted(c, bad);
      }
      if (bad != null) {
        tests.add(new Test("value_does_not_fit", name, c, bad));
      }
    }
    String any = tests.stream().map(Test::bad).collect(Collectors.joining(" or "));
    String each =
        tests.stream()
            .map(
                t -> "('%s', %s, %s::text, %s)".formatted(t.code(), t.column(), t.value(), t.bad()))
            .collect(Collectors.joining(",\n  "));
    jdbc.sql(
            """
            insert into sync_fault
            select r.line, f.code, f.column_name, f.value
            from (select * from sync_raw r where %s offset 0) r cross join lateral (values
              %s) f(code, column_name, value, bad)
            where f.bad
            """
                .formatted(any, each))
        .update();
  }

  /** The test that tells a value that the column cannot hold; null: it holds every text. */
  private static String doesNotFit(String c, Column target, String fits) {
    String type = literal(target.declaredType());
    String invalid = "not %s(%s, %s)".formatted(fits, c, type);
    if (target.domain()) {
      return invalid;
    }
    if (target.baseType().equals("text")) {
      return null;
    }
    if (target.baseType().equals("varchar")) {
      int longest = target.maxLength();
      return longest < 0 ? null : "char_length(%s) > %d and %s".formatted(c, longest, invalid);
    }
    return invalid;
  }

  private void makeTyped(TableRun run, StagedColumns columns) {
    jdbc.sql(
            "create temporary table sync_row on commit drop as select 0::bigint as line, %s from %s limit 0"
                .formatted(columns.names(""), run.target.name().sql()))
        .update();
    jdbc.sql(
            "insert into sync_row select line, %s from sync_raw r where not exists (select from sync_fault f where f.line = r.line)"
                .formatted(columns.typed()))
        .update();
  }

  private void findDuplicates(StagedColumns columns) {
    jdbc.sql(
            """
            insert into sync_fault
            select line, 'duplicate_key', null, null
            from (select line, count(*) over (partition by %s) as copies from sync_row) r
            where copies > 1
            """
                .formatted(columns.keys("")))
        .update();
  }

  private int findUnknownParents(TableRun run, StagedColumns columns) {
    int found = 0;
    for (ForeignKeyConstraint key : run.target.foreignKeys()) {
      if (!columns.containsAll(key.columns())) {
        continue;
      }
      String present = columns.each(key.columns(), c -> "r." + c + " is not null", " and ");
      String match = StagedColumns.pairs("p", key.parentColumns(), "r", key.columns());
      boolean self = key.parent().equals(run.target.name());
      String among =
          self && columns.containsAll(key.parentColumns())
              ? " and not exists (select from sync_row p where %s)".formatted(match)
              : "";
      found +=
          jdbc.sql(
                  """
                  insert into sync_fault
                  select r.line, 'unknown_parent', :columns, concat_ws(', ', %s)
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
    return found;
  }

  private void dropFaulty() {
    jdbc.sql("delete from sync_row r using sync_fault f where f.line = r.line").update();
  }

  /** Fails, or lists what is left out and remembers its keys, which are not gone. */
  private void settle(TableRun run, StagedColumns columns, String fits) {
    List<Problem> problems = describe(run, columns);
    if (problems.isEmpty()) {
      return;
    }
    if (run.source().onBadRow() == OnBadRow.FAIL) {
      throw new ProblemException(problems, null);
    }
    run.problems.addAll(problems);
    run.skippedRows =
        jdbc.sql("select count(distinct line) from sync_fault").query(Long.class).single();
    String readable =
        IntStream.range(0, columns.size())
            .filter(columns::isKey)
            .mapToObj(
                i -> {
                  String c = Staging.column(i);
                  return "%s is not null and %s(%s, %s)"
                      .formatted(c, fits, c, literal(columns.target(i).declaredType()));
                })
            .collect(Collectors.joining(" and "));
    jdbc.sql(
            "create temporary table sync_skipped on commit drop as select %s from %s limit 0"
                .formatted(columns.keys(""), run.target.name().sql()))
        .update();
    jdbc.sql(
            """
            insert into sync_skipped
            select %s from (select * from sync_raw r
              where exists (select from sync_fault f where f.line = r.line) and %s offset 0) r
            """
                .formatted(columns.typedKeys(), readable))
        .update();
    boolean unreadable =
        jdbc.sql(
                "select exists (select from sync_raw r where exists (select from sync_fault f where f.line = r.line) and not coalesce(%s, false))"
                    .formatted(readable))
            .query(Boolean.class)
            .single();
    if (unreadable) {
      run.complete = false; // a row whose key cannot be read may be any key: nothing counts as gone
    }
  }

  private List<Problem> describe(TableRun run, StagedColumns columns) {
    List<Problem> problems = new ArrayList<>();
    jdbc.sql(
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
        .list()
        .forEach(problems::add);
    return problems;
  }

  private static Problem problem(
      TableRun run, String code, String column, long faults, String samples) {
    String what =
        switch (code) {
          case "null_key" -> "the key column %s is NULL".formatted(column);
          case "blank_key" -> "the key column %s is blank".formatted(column);
          case "duplicate_key" -> "the key occurs more than once";
          case "missing_value" ->
              "column %s is NULL, and the table wants a value".formatted(column);
          case "nul_character" -> "column %s contains a NUL character".formatted(column);
          case "unknown_parent" -> "the parent that %s names does not exist".formatted(column);
          default ->
              "the value does not fit column %s %s"
                  .formatted(
                      column, run.target.column(column).map(Column::declaredType).orElse(""));
        };
    boolean fail = run.source().onBadRow() == OnBadRow.FAIL;
    String more = faults > SAMPLES ? "; and %d more".formatted(faults - SAMPLES) : "";
    return new Problem(
        code,
        "%d row%s: %s (%s%s)".formatted(faults, faults == 1 ? "" : "s", what, samples, more),
        run.name().toString(),
        fail
            ? "Correct the source, or set on_bad_row: skip; nothing was written"
            : "Correct the source; these rows were left out");
  }

  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
