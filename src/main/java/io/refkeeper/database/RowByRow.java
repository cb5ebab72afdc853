package io.refkeeper.database;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Finds the rows that a statement cannot take: it is run inside the server over a hundred rows at a
 * time, and over those of a failed hundred one by one. A savepoint and a round trip for every bad
 * row, as the client would need, take far longer.
 */
public final class RowByRow {

  /** The rows of one run: {@code (FROM, TO]}. Names in the statement. */
  public static final String FROM = "refkeeper_from";

  /** See {@link #FROM}. */
  public static final String TO = "refkeeper_to";

  /**
   * The refused rows, as a table expression: {@code refkeeper_refused} (the row's number), {@code
   * refkeeper_state} (SQLSTATE), {@code refkeeper_message}, {@code refkeeper_detail}, {@code
   * refkeeper_column} (empty: none is named). To be read once, which runs the statement.
   */
  public static final String REFUSED = "pg_temp.refkeeper_row_by_row()";

  private static final int BATCH = 100;

  private RowByRow() {}

  /**
   * Prepares a run; what is no row's fault fails the query that reads {@link #REFUSED}.
   *
   * @param statement over the rows whose numbers are above {@link #FROM} and not above {@link #TO}
   * @param rows the highest number; the first is 1
   */
  public static void prepare(JdbcTemplate jdbc, String statement, long rows) {
    jdbc.execute(
        """
        create or replace function pg_temp.refkeeper_row_by_row()
        returns table (refkeeper_refused bigint, refkeeper_state text, refkeeper_message text,
          refkeeper_detail text, refkeeper_column text)
        language plpgsql set plan_cache_mode = force_custom_plan as $refkeeper$
        declare
          refkeeper_from bigint;
          refkeeper_to bigint;
        begin
          for refkeeper_first in 0 .. %1$d - 1 by %2$d loop
            begin
              refkeeper_from := refkeeper_first;
              refkeeper_to := refkeeper_first + %2$d;
              %3$s;
            exception when others then
              if sqlstate !~ '%4$s' then
                raise;
              end if;
              for refkeeper_one in refkeeper_first + 1 .. least(refkeeper_first + %2$d, %1$d) loop
                begin
                  refkeeper_from := refkeeper_one - 1;
                  refkeeper_to := refkeeper_one;
                  %3$s;
                exception when others then
                  if sqlstate !~ '%4$s' then
                    raise;
                  end if;
                  get stacked diagnostics refkeeper_state = returned_sqlstate,
                    refkeeper_message = message_text, refkeeper_detail = pg_exception_detail,
                    refkeeper_column = column_name;
                  refkeeper_refused := refkeeper_one;
                  return next;
                end;
              end loop;
            end;
          end loop;
        end $refkeeper$"""
            .formatted(rows, BATCH, statement, RowFailure.STATES));
  }
}
