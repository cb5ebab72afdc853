package io.refkeeper.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.config.Configuration;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.database.TrackingColumns;
import io.refkeeper.export.SpreadsheetCsv;
import io.refkeeper.reference.KeySql;
import io.refkeeper.reference.ReferenceKeys;
import java.io.IOException;
import java.io.Writer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes the derived records that wait for a review as CSV for people who work in Excel: safe
 * against formulas, with the version that a change must be based on. However many there are, only
 * some are in memory.
 */
public final class PendingExport {

  private static final String EXPORT = SqlResource.read("review_export");
  private static final int FETCHED_AT_ONCE = 1_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final List<String> HEADER =
      List.of(
          "id",
          "version",
          "table",
          "key",
          "domain",
          "foreign_key",
          "load",
          "file",
          "sheet",
          "line",
          "fact_rows",
          "created_at",
          "other_values");

  private final Configuration configuration;
  private final DataSource target;
  private final ZoneId timeZone;

  public PendingExport(Configuration configuration, DataSource target) {
    this.configuration = configuration;
    this.target = target;
    this.timeZone = configuration.management().timeZone();
  }

  /**
   * Writes the records, oldest first.
   *
   * @param table null: all, with what they were made with as JSON; else this one only, with a
   *     column for each of its columns as they are now
   * @return how many
   * @throws io.refkeeper.problem.UsageException when the table is not configured
   */
  public long write(String table, Writer out) throws IOException {
    Optional<TableName> name =
        Optional.ofNullable(table).map(t -> ReferenceKeys.named(configuration, t));
    Optional<Table> one = name.flatMap(new Catalog(target)::table);
    List<String> columns = one.map(PendingExport::ownColumns).orElse(List.of("values"));
    try (SpreadsheetCsv csv = SpreadsheetCsv.forExcel(out)) {
      List<String> header = new ArrayList<>(HEADER);
      header.addAll(columns);
      csv.row(header);
      JdbcTemplate jdbc = new JdbcTemplate(target);
      jdbc.setFetchSize(FETCHED_AT_ONCE);
      long[] written = new long[1];
      // outside a transaction the driver would fetch everything at once
      TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(target));
      transaction.setReadOnly(true);
      transaction.executeWithoutResult(
          status ->
              new NamedParameterJdbcTemplate(jdbc)
                  .query(
                      sql(one),
                      new MapSqlParameterSource()
                          .addValue("schema", name.map(TableName::schema).orElse(null))
                          .addValue("table", name.map(TableName::name).orElse(null)),
                      row -> {
                        csv.row(cells(row, columns, one.isPresent()));
                        written[0]++;
                      }));
      return written[0];
    }
  }

  private String sql(Optional<Table> one) {
    if (one.isEmpty()) {
      return EXPORT.formatted("d.values", "");
    }
    List<Column> key =
        ReferenceKeys.of(configuration).get(one.get().name()).stream()
            .map(column -> one.get().column(column).orElseThrow())
            .toList();
    String join =
        "left join %s t on %s = d.key".formatted(one.get().name().sql(), KeySql.keyArray("t", key));
    return EXPORT.formatted("to_jsonb(t)", join);
  }

  private static List<String> ownColumns(Table table) {
    return table.columns().stream()
        .map(Column::name)
        .filter(column -> !TrackingColumns.names().contains(column))
        .toList();
  }

  private List<Object> cells(ResultSet row, List<String> columns, boolean each)
      throws SQLException {
    PendingRecord record = PendingRecords.record(row);
    List<Object> cells = new ArrayList<>();
    cells.add(record.id());
    cells.add(record.version());
    cells.add(record.table());
    cells.add(record.key().size() == 1 ? record.key().get(0) : json(record.key()));
    cells.add(record.domain());
    cells.add(record.foreignKey());
    cells.add(record.loadRunId());
    cells.add(record.file());
    cells.add(record.sheet());
    cells.add(record.line());
    cells.add(record.factRows());
    cells.add(TIME.format(record.createdAt().atZone(timeZone)));
    cells.add(record.conflicts().equals("{}") ? "" : record.conflicts());
    String now = row.getString("row_now");
    if (each) {
      JsonNode values = tree(now);
      columns.forEach(column -> cells.add(text(values.path(column))));
    } else {
      cells.add(now);
    }
    return cells;
  }

  private static String text(JsonNode value) {
    return value.isNull() || value.isMissingNode()
        ? ""
        : value.isValueNode() ? value.asText() : value.toString();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(Objects.requireNonNullElse(json, "{}"));
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
