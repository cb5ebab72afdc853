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
 * Inserts rows one by one inside the server, each in a block of its own, and tells which ones the
 * database refused. It takes a thousandth of a second for some fifty rows, whatever share of them
 * is bad and whatever refuses them; repeated COPYs take longer than that for every bad row.
 */
final class RowTrial {

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
        "create temporary table refkeeper_trial (%s text, n serial) on commit drop"
            .formatted(names.replace(",", " text,")));
    buffer.clear();
    rows.forEach(row -> buffer.row(row.values(), columns));
    copy.copy(
        "copy pg_temp.refkeeper_trial (%s) from stdin with (format text, encoding 'UTF8')"
            .formatted(names),
        buffer);
    jdbc.execute(function(table, target));
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
        DatabaseRefusal.code(failure.getSQLState()),
        failure.getMessage());
  }

  private static String function(Table table, FactCopy.Target target) {
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
          r record;
          detail text;
          stored bigint;
        begin
          for r in select * from pg_temp.refkeeper_trial t order by t.n loop
            begin
              insert into %s (%s) values (%s);
              get diagnostics stored = row_count;
              if stored = 0 then
                n := r.n; state := '00000'; message := ''; col := '';
                return next;
              end if;
            exception when others then
              get stacked diagnostics state = returned_sqlstate, message = message_text,
                detail = pg_exception_detail, col = column_name;
              n := r.n;
              message := message || case when detail = '' then '' else ' (' || detail || ')' end;
              return next;
            end;
          end loop;
        end $refkeeper$"""
        .formatted(table.name().sql(), TableName.quoteAll(names), String.join(", ", values));
  }

  /** Without the length, which a cast would cut to in silence: the assignment checks it. */
  private static String inputType(Column column) {
    return FactRefusals.cannotBeForeseen(column) ? column.declaredType() : column.baseType();
  }
}
