package io.refkeeper.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.database.RowFailure;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.quarantine.QuarantinedRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Load mode {@code upsert}: rows wait in a temporary table until the file is read, because of two
 * rows with one key only the last may win.
 */
final class UpsertStage {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> FIELDS = new TypeReference<>() {};
  private static final TypeReference<Map<String, List<String>>> KEYS = new TypeReference<>() {};

  private final JdbcTemplate jdbc;
  private final CopyStream copy;
  private final CopyBuffer buffer = new CopyBuffer();

  UpsertStage(DataSource target) {
    this.jdbc = new JdbcTemplate(target);
    this.copy = new CopyStream(target);
  }

  /** Makes the temporary table; it goes with the transaction. */
  void open(DomainLoad load) {
    String columns =
        load.rows().columns().stream()
            .map(name -> load.factTable().column(name).orElseThrow())
            .map(UpsertStage::definition)
            .collect(Collectors.joining(", "));
    jdbc.execute(
        """
        create temporary table %s (
          refkeeper_row bigint generated always as identity primary key,
          refkeeper_line bigint, refkeeper_sheet text, refkeeper_original text,
          refkeeper_fields text, refkeeper_keys text, %s
        ) on commit drop
        """
            .formatted(stage(load), columns));
  }

  /** What only the database can judge is staged as text, so that a bad value names its row. */
  private static String definition(Column column) {
    if (FactRefusals.cannotBeForeseen(column)) {
      return TableName.quote(column.name()) + " text";
    }
    String collation = column.nondeterministicCollation();
    return "%s %s%s"
        .formatted(
            TableName.quote(column.name()),
            column.baseDeclaredType(),
            collation.isEmpty() ? "" : " collate " + collation);
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
    buffer.clear();
    int columns = load.rows().columns().size();
    for (FactRow row : rows) {
      QuarantinedRow described = load.quarantined(row.source(), row.values(), null, null, "", "");
      buffer.value(Long.toString(row.line()));
      for (String text :
          List.of(described.original(), json(described.fields()), json(described.keys()))) {
        buffer.separator();
        buffer.value(text.replace('\0', '\uFFFD'));
      }
      buffer.separator();
      buffer.value(described.sheet());
      buffer.separator();
      buffer.row(row.values(), columns);
    }
    copy.copy(
        """
        copy %s (refkeeper_line, refkeeper_original, refkeeper_fields, refkeeper_keys, refkeeper_sheet, %s)
        from stdin with (format text, encoding 'UTF8')"""
            .formatted(stage(load), TableName.quoteAll(load.rows().columns())),
        buffer);
  }

  /** What became of the staged rows. */
  record Result(long loaded, long replaced, List<QuarantinedRow> bad) {}

  /** Writes the last row of every key; earlier ones and rows without a key are handed back. */
  Result write(DomainLoad load) {
    String stage = stage(load);
    String key = TableName.quoteAll(load.domain().upsertBy());
    String noKey =
        load.domain().upsertBy().stream()
            .map(column -> TableName.quote(column) + " is null")
            .collect(Collectors.joining(" or "));
    String sheets =
        load.domain().sheets().stream()
            .map(TableName::literal)
            .collect(Collectors.joining(", ", "array[", "]::text[]"));
    List<QuarantinedRow> bad = new ArrayList<>();
    bad.addAll(take(stage, noKey, "null_upsert_key", "a column of upsert_by is empty"));
    bad.addAll(
        take(
            stage,
            // not "not in": past work_mem its cost grows with the square of the rows.
            // Rows that waited for their parents are staged last, wherever the file has them.
            """
            refkeeper_row in (
              select refkeeper_row
              from (select refkeeper_row, lead(refkeeper_row) over (
                             partition by %1$s order by refkeeper_sheet_order, refkeeper_line) as later
                    from (select *, coalesce(array_position(%2$s, refkeeper_sheet)::bigint,
                                      min(refkeeper_row) over (partition by refkeeper_sheet))
                                      as refkeeper_sheet_order
                          from %3$s) ordered) s
              where later is not null)
            """
                .formatted(key, sheets, stage),
            "superseded_in_file",
            "a later row of the file has the same key"));
    Long last =
        jdbc.queryForObject("select coalesce(max(refkeeper_row), 0) from " + stage, Long.class);
    long[] written = new long[2];
    write(load, 0, last == null ? 0 : last, written, bad);
    return new Result(written[0], written[1], bad);
  }

  /**
   * Writes the rows (from, to]; halves the range until a row that the database refuses is alone.
   */
  private void write(
      DomainLoad load, long from, long to, long[] written, List<QuarantinedRow> bad) {
    if (from >= to) {
      return;
    }
    copy.savepoint();
    try {
      Map<String, Object> counts = jdbc.queryForMap(upsertStatement(load), from, to, from, to);
      written[0] += ((Number) counts.get("loaded")).longValue();
      written[1] += ((Number) counts.get("replaced")).longValue();
      copy.release();
    } catch (DataAccessException e) {
      if (!(e.getMostSpecificCause() instanceof SQLException cause) || !RowFailure.is(cause)) {
        throw e;
      }
      copy.rollbackToSavepoint();
      if (to - from == 1) {
        DatabaseRefusal refusal = DatabaseRefusal.of(cause);
        bad.addAll(take(stage(load), "refkeeper_row = " + to, refusal.code(), refusal.reason()));
      } else {
        long middle = from + (to - from) / 2;
        write(load, from, middle, written, bad);
        write(load, middle, to, written, bad);
      }
    }
  }

  private static String upsertStatement(DomainLoad load) {
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
          select count(*) as n from %s s join %s f on %s where refkeeper_row > ? and refkeeper_row <= ?
        ), written as (
          insert into %s (%s%s)
          select %s%s from %s s where refkeeper_row > ? and refkeeper_row <= ? order by refkeeper_row
          on conflict (%s) %s
          returning 1
        )
        select (select count(*) from written) as loaded, there.n as replaced from there
        """
        .formatted(
            stage(load),
            load.factTable().name().sql(),
            load.domain().upsertBy().stream()
                .map(column -> "f.%s = %s".formatted(TableName.quote(column), typed(load, column)))
                .collect(Collectors.joining(" and ")),
            load.factTable().name().sql(),
            TableName.quoteAll(columns),
            idTarget,
            columns.stream().map(column -> typed(load, column)).collect(Collectors.joining(", ")),
            idValue,
            stage(load),
            TableName.quoteAll(load.domain().upsertBy()),
            // with nothing to set, the row counts as loaded all the same
            assignments.isEmpty()
                ? "do update set %1$s = excluded.%1$s"
                    .formatted(TableName.quote(load.domain().upsertBy().get(0)))
                : "do update set " + String.join(", ", assignments));
  }

  private List<QuarantinedRow> take(String stage, String condition, String code, String reason) {
    return jdbc.query(
        """
        delete from %s where %s
        returning refkeeper_line, refkeeper_sheet, refkeeper_original, refkeeper_fields, refkeeper_keys
        """
            .formatted(stage, condition),
        (row, n) -> quarantined(row, code, reason));
  }

  private static QuarantinedRow quarantined(ResultSet row, String code, String reason)
      throws SQLException {
    try {
      return new QuarantinedRow(
          row.getLong("refkeeper_line"),
          row.getString("refkeeper_sheet"),
          null,
          null,
          code,
          reason,
          row.getString("refkeeper_original"),
          JSON.readValue(row.getString("refkeeper_fields"), FIELDS),
          null,
          JSON.readValue(row.getString("refkeeper_keys"), KEYS));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
