package io.refkeeper.ingest;

import io.refkeeper.database.RowByRow;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.database.copy.TextRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Inserts rows inside the server, some at a time, and those that it refuses one by one, each in a
 * block of its own; tells which ones are guilty, whatever it is that refuses them. One COPY for
 * every bad row would take far longer.
 */
final class RowTrial {

  private static final String STORED = "pg_temp.refkeeper_trial_stored";

  private final JdbcTemplate jdbc;
  private final CopyStream copy;

  RowTrial(DataSource target, CopyStream copy) {
    this.jdbc = new JdbcTemplate(target);
    this.copy = copy;
  }

  /**
   * Inserts what the database takes.
   *
   * @return the others, by their position in {@code rows}
   */
  List<DatabaseRefusal> insert(DomainLoad load, FactCopy.Target target, List<FactRow> rows) {
    int columns = target.columns().size();
    String names =
        IntStream.range(0, columns).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    jdbc.execute("drop table if exists pg_temp.refkeeper_trial");
    jdbc.execute(
        "create temporary table refkeeper_trial (%s text, n serial primary key) on commit drop"
            .formatted(names.replace(",", " text,")));
    TextRows buffer = new TextRows();
    rows.forEach(row -> buffer.row(row.values(), columns));
    copy.copy(
        "copy pg_temp.refkeeper_trial (%s) from stdin with (format text, encoding 'UTF8')"
            .formatted(names),
        buffer);
    jdbc.execute("drop table if exists " + STORED);
    jdbc.execute("create temporary table refkeeper_trial_stored (n bigint) on commit drop");
    RowByRow.prepare(jdbc, statement(load.factTable(), target), rows.size());
    List<DatabaseRefusal> refusals =
        jdbc.query("select * from " + RowByRow.REFUSED, (row, i) -> refusal(row));
    long taken = rows.size() - refusals.size();
    long stored = jdbc.queryForObject("select coalesce(sum(n), 0) from " + STORED, Long.class);
    if (stored != taken) {
      throw target.rowsDropped(taken, stored);
    }
    return refusals;
  }

  private static DatabaseRefusal refusal(ResultSet row) throws SQLException {
    String column = row.getString("refkeeper_column");
    String detail = row.getString("refkeeper_detail");
    return new DatabaseRefusal(
        row.getInt("refkeeper_refused") - 1,
        column.isEmpty() ? null : column,
        null,
        DatabaseRefusal.code(row.getString("refkeeper_state")),
        row.getString("refkeeper_message") + (detail.isEmpty() ? "" : " (" + detail + ")"));
  }

  private static String statement(Table table, FactCopy.Target target) {
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
        with stored as (
          insert into %s (%s)
          select %s from pg_temp.refkeeper_trial r where r.n > %s and r.n <= %s order by r.n
          returning 1
        )
        insert into %s select count(*) from stored
        """
        .formatted(
            table.name().sql(),
            TableName.quoteAll(names),
            String.join(", ", values),
            RowByRow.FROM,
            RowByRow.TO,
            STORED);
  }

  /** Without the length, which a cast would cut to in silence: the assignment checks it. */
  private static String inputType(Column column) {
    return FactRefusals.cannotBeForeseen(column) ? column.declaredType() : column.baseType();
  }
}
