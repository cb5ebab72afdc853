package io.refkeeper.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the derived records that wait for a review. */
public final class PendingRecords {

  private static final String PENDING = SqlResource.read("review_pending");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JdbcClient jdbc;

  public PendingRecords(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * The records, oldest first.
   *
   * @param table of one table only
   * @param load of one load only
   * @param limit the oldest of them only
   */
  public List<PendingRecord> list(Optional<TableName> table, OptionalLong load, OptionalInt limit) {
    return jdbc.sql(PENDING)
        .param("schema", table.map(TableName::schema).orElse(null))
        .param("table", table.map(TableName::name).orElse(null))
        .param("load", load.isPresent() ? load.getAsLong() : null)
        .param("limit", limit.isPresent() ? limit.getAsInt() : null)
        .query((row, n) -> record(row))
        .list();
  }

  static PendingRecord record(ResultSet row) throws SQLException {
    return new PendingRecord(
        row.getLong("id"),
        row.getInt("version"),
        row.getString("table_name"),
        List.of((String[]) row.getArray("key").getArray()),
        row.getString("domain"),
        row.getString("foreign_key"),
        row.getLong("load_run_id"),
        row.getString("file_name"),
        row.getString("sheet"),
        row.getLong("first_line"),
        row.getLong("fact_rows"),
        row.getTimestamp("created_at").toInstant(),
        values(row.getString("values")),
        row.getString("conflicts"));
  }

  private static LinkedHashMap<String, Object> values(String json) {
    try {
      return JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("derived_record.values is no JSON object", e);
    }
  }
}
