package io.refkeeper.ingest;

import io.refkeeper.database.RowFailure;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Inserts rows inside the server, some at a time, and those that it refuses one by one, each in a
 * block of its own; tells which ones are guilty, whatever it is that refuses them. One COPY for
 * every bad row would take far longer.
 */
final class RowTrial {

  private static final int BATCH = 100;
  private static final String NOT_STORED = "00000";

  private final JdbcTemplate jdbc;
  private final CopyStream copy;
  private final CopyBuffer buffer = new CopyBuffer();

  RowTrial(DataSource target, CopyStream copy) {
    this.jdbc = new JdbcTemplate(target);
    this.copy = copy;
  }

  /**
   * Inserts what the database takes.
   *
   * @return the others, by their position in {@code rows}
   */
  List<DatabaseRefusal> insert(Table table, FactCopy.Target target, List<FactRow> rows) {
    int columns = target.columns().size();
    String names =
        IntStream.range(0, columns).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    jdbc.execute("drop table if exists pg_temp.refkeeper_trial");
    jdbc.execute(
        "create temporary table refkeeper_trial (%s text, n serial primary key) on commit drop"
            .formatted(names.replace(",", " text,")));
    buffer.clear();
    rows.forEach(row -> buffer.row(row.values(), columns));
    copy.copy(
        "copy pg_temp.refkeeper_trial (%s) from stdin with (format text, encoding 'UTF8')"
            .formatted(names),
        buffer);
    jdbc.execute(function(table, target, rows.size()));
    List<DatabaseRefusal> refusals =
        jdbc.query(
            "select * from pg_temp.refkeeper_try_rows()",
            (row, i) ->
                refusal(
                    target,
                    row.getInt("n") - 1,
                    row.getString("col"),
                    new SQLException(row.getString("message"), row.getString("state"))));
    jdbc.execute("drop function pg_temp.refkeeper_try_rows()");
    return refusals;
  }

  private static DatabaseRefusal refusal(
      FactCopy.Target target, int row, String column, SQLException failure) {
    if (failure.getSQLState().equals(NOT_STORED)) {
      throw target.rowsDropped(1, 0);
    }
    if (!RowFailure.is(failure)) {
      throw new NonTransientDataAccessResourceException(failure.getMessage(), failure);
    }
    return new DatabaseRefusal(
        row,
        column.isEmpty() ? null : column,
        null,
        DatabaseRefusal.code(failure.getSQLState()),
        failure.getMessage());
  }

  private static String function(Table table, FactCopy.Target target, int rows) {
    List<String> names = new ArrayList<>(target.columns());
    List<String> values = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      values.add("r.c%d::%s".formatted(i, inputType(table.column(names.get(i)).orElseThrow())));
    }
    if (target.loadIdColumn() != null) {
      names.add(target.loadIdColumn());
      values.add(Long.toString(target.loadRunId()));
    }
    return """
        create or replace function pg_temp.refkeeper_try_rows()
        returns table (n int, state text, message text, col text) language plpgsql as $refkeeper$
        declare
          detail text;
          stored bigint;
        begin
          for lower_n in 1 .. %1$d by %2$d loop
            begin
              insert into %3$s (%4$s)
              select %5$s from pg_temp.refkeeper_trial r
              where r.n between lower_n and lower_n + %2$d - 1 order by r.n;
              get diagnostics stored = row_count;
              if stored < least(%2$d, %1$d - lower_n + 1) then
                raise exception 'rows were dropped';
              end if;
            exception when others then
              for one in lower_n .. least(%1$d, lower_n + %2$d - 1) loop
                begin
                  insert into %3$s (%4$s)
                  select %5$s from pg_temp.refkeeper_trial r where r.n = one;
                  get diagnostics stored = row_count;
                  if stored = 0 then
                    n := one; state := '00000'; message := ''; col := '';
                    return next;
                  end if;
                exception when others then
                  get stacked diagnostics state = returned_sqlstate, message = message_text,
                    detail = pg_exception_detail, col = column_name;
                  n := one;
                  message :=
                    message || case when detail = '' then '' else ' (' || detail || ')' end;
                  return next;
                end;
              end loop;
            end;
          end loop;
        end $refkeeper$"""
        .formatted(
            rows, BATCH, table.name().sql(), TableName.quoteAll(names), String.join(", ", values));
  }

  /** Without the length, which a cast would cut to in silence: the assignment checks it. */
  private static String inputType(Column column) {
    return FactRefusals.cannotBeForeseen(column) ? column.declaredType() : column.baseType();
  }
}
