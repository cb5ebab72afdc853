package io.refkeeper.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.database.RowByRow;
import io.refkeeper.database.TableName;
import io.refkeeper.quarantine.QuarantinedRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;

/** The rows of an {@link UpsertStage} that are not written, with their reasons. */
final class UpsertRefusals {

  private static final int ROWS_AT_A_TIME = 1000;
  private static final String REFUSED = "pg_temp.refkeeper_upsert_refused";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> FIELDS = new TypeReference<>() {};
  private static final TypeReference<Map<String, List<String>>> KEYS = new TypeReference<>() {};

  private final JdbcTemplate jdbc;

  UpsertRefusals(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Makes the temporary table that marks them. */
  void open() {
    jdbc.execute("drop table if exists " + REFUSED);
    jdbc.execute(
        """
        create temporary table refkeeper_upsert_refused (
          refused_row bigint primary key, column_names text, value text, code text, reason text,
          state text) on commit drop
        """);
  }

  /** Refuses the rows {@code s} of a stage for which a condition holds. */
  void add(String stage, String condition, String code, String reason) {
    add(stage, condition, null, "null", code, reason);
  }

  private void add(
      String stage, String condition, String columns, String value, String code, String reason) {
    // no binds: a question mark in the expression of a CHECK would count as one
    jdbc.update(
        """
        insert into %s (refused_row, column_names, value, code, reason)
        select refkeeper_row, %s, %s, %s, %s from %s s where %s on conflict do nothing
        """
            .formatted(
                REFUSED,
                columns == null ? "null" : TableName.literal(columns),
                value,
                TableName.literal(code),
                TableName.literal(reason),
                stage,
                condition));
  }

  /** Refuses the rows of a stage that violate a constraint. */
  void add(DomainLoad load, String stage, FactConstraint constraint) {
    for (String guilty : constraint.guilty(load.factTable(), stage, "refkeeper_row")) {
      add(
          stage,
          guilty,
          constraint.columnNames(),
          constraint.values(),
          constraint.code(),
          constraint.reason(load.factTable()));
    }
  }

  /** Runs what {@link RowByRow} was prepared for; refuses the rows that it could not take. */
  void addRowByRow() {
    jdbc.update(
        """
        insert into %s (refused_row, column_names, state, reason)
        select refkeeper_refused, nullif(refkeeper_column, ''), refkeeper_state,
          refkeeper_message || case when refkeeper_detail = '' then '' else ' (' || refkeeper_detail || ')' end
        from %s
        """
            .formatted(REFUSED, RowByRow.REFUSED));
  }

  /** Takes the refused rows out of the stage, some at a time, in file order. */
  void handOver(String stage, Consumer<List<QuarantinedRow>> quarantine) {
    List<QuarantinedRow> rows = new ArrayList<>();
    jdbc.query(
        connection -> {
          PreparedStatement statement =
              connection.prepareStatement(
                  """
                  with taken as (
                    delete from %s s using %s r where s.refkeeper_row = r.refused_row
                    returning s.refkeeper_row, s.refkeeper_line, s.refkeeper_sheet, s.refkeeper_original,
                      s.refkeeper_fields, s.refkeeper_keys, s.refkeeper_scope,
                      r.column_names, r.value, r.code, r.reason, r.state)
                  select * from taken order by refkeeper_row
                  """
                      .formatted(stage, REFUSED));
          statement.setFetchSize(ROWS_AT_A_TIME); // memory must not grow with the refused rows
          return statement;
        },
        row -> {
          rows.add(quarantined(row));
          if (rows.size() == ROWS_AT_A_TIME) {
            quarantine.accept(List.copyOf(rows));
            rows.clear();
          }
        });
    if (!rows.isEmpty()) {
      quarantine.accept(rows);
    }
    jdbc.execute("truncate " + REFUSED);
  }

  private static QuarantinedRow quarantined(ResultSet row) throws SQLException {
    String code = row.getString("code");
    try {
      return new QuarantinedRow(
          row.getLong("refkeeper_line"),
          row.getString("refkeeper_sheet"),
          row.getString("column_names"),
          row.getString("value"),
          code == null ? DatabaseRefusal.code(row.getString("state")) : code,
          row.getString("reason"),
          row.getString("refkeeper_original"),
          JSON.readValue(row.getString("refkeeper_fields"), FIELDS),
          row.getString("refkeeper_scope"),
          JSON.readValue(row.getString("refkeeper_keys"), KEYS));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
