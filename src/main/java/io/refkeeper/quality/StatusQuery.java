package io.refkeeper.quality;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.refkeeper.database.ControlSchema;
import io.refkeeper.database.SqlResource;
import io.refkeeper.problem.Problem;
import io.refkeeper.quality.Status.Degraded;
import io.refkeeper.quality.Status.Held;
import io.refkeeper.quality.Status.Load;
import io.refkeeper.quality.Status.Outbox;
import io.refkeeper.quality.Status.TableSync;
import io.refkeeper.quality.Status.Waiting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the {@link Status} from the control schema. */
public final class StatusQuery {

  private final DataSource target;
  private final JdbcClient jdbc;

  public StatusQuery(DataSource target) {
    this.target = target;
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * The status now.
   *
   * @throws ProblemException {@code not_migrated} when there is no control schema
   */
  public Status read() {
    ControlSchema.require(target);
    return status();
  }

  private Status status() {
    return new Status(
        list("status_syncs", StatusQuery::tableSync),
        list("status_degraded", StatusQuery::degraded),
        list("status_held", StatusQuery::held),
        list("status_loads", StatusQuery::load),
        list("status_reviews", StatusQuery::waiting),
        list("status_quarantine", StatusQuery::waiting),
        list("status_outbox", (row, n) -> new Outbox(row.getLong("pending"), row.getLong("dead")))
            .get(0));
  }

  private <T> List<T> list(String sql, RowMapper<T> mapper) {
    return jdbc.sql(SqlResource.read(sql)).query(mapper).list();
  }

  private static TableSync tableSync(ResultSet row, int n) throws SQLException {
    return new TableSync(
        row.getString("table_name"),
        row.getString("source_type"),
        row.getString("strategy"),
        row.getString("status"),
        row.getLong("fetched"),
        row.getLong("inserted"),
        row.getLong("updated"),
        row.getLong("deleted"),
        row.getLong("retained"),
        problems(row.getString("errors")),
        instant(row, "finished_at"));
  }

  private static Degraded degraded(ResultSet row, int n) throws SQLException {
    return new Degraded(
        row.getString("name"),
        row.getString("cause"),
        row.getString("reason"),
        instant(row, "began_at"));
  }

  private static Held held(ResultSet row, int n) throws SQLException {
    return new Held(
        row.getString("domain"),
        row.getString("file_name"),
        row.getString("reason"),
        instant(row, "began_at"));
  }

  private static Load load(ResultSet row, int n) throws SQLException {
    return new Load(
        row.getLong("id"),
        row.getString("domain"),
        row.getString("file_name"),
        row.getString("status"),
        row.getLong("rows_read"),
        row.getLong("rows_loaded"),
        row.getLong("rows_quarantined"),
        row.getLong("rows_released"),
        row.getLong("rows_filtered"),
        row.getBoolean("degraded"),
        problems(row.getString("reasons")),
        instant(row, "started_at"),
        instant(row, "finished_at"));
  }

  private static Waiting waiting(ResultSet row, int n) throws SQLException {
    return new Waiting(row.getString("name"), row.getLong("count"), instant(row, "since"));
  }

  private static List<Problem> problems(String json) {
    if (json.equals("[]")) {
      return List.of(); // the usual case does without the library, which takes its time to start
    }
    try {
      return List.of(JsonProblems.READER.readValue(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The control schema holds no problems: " + json, e);
    }
  }

  private static final class JsonProblems {
    /** A rejection's reasons have more properties than a problem. */
    static final ObjectReader READER =
        new ObjectMapper()
            .readerFor(Problem[].class)
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }
}
