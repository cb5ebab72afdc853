package io.refkeeper.quality;

import io.refkeeper.database.ControlSchema;
import io.refkeeper.database.SqlResource;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.quality.Quality.Alert;
import io.refkeeper.quality.Quality.Coverage;
import io.refkeeper.quality.Quality.Origin;
import io.refkeeper.quality.Quality.Review;
import io.refkeeper.quality.Quality.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the {@link Quality} from the control schema. */
public final class QualityQuery {

  private final DataSource target;
  private final JdbcClient jdbc;

  public QualityQuery(DataSource target) {
    this.target = target;
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * The figures now.
   *
   * @param days how far back they look
   * @throws ProblemException {@code not_migrated} when there is no control schema
   */
  public Quality read(int days) {
    ControlSchema.require(target);
    return new Quality(
        days,
        list("quality_tables", days, QualityQuery::table),
        list("quality_coverage", days, QualityQuery::coverage),
        list("quality_domains", days, QualityQuery::origin),
        list("quality_files", days, QualityQuery::origin),
        list("quality_review", days, QualityQuery::review).get(0),
        jdbc.sql(SqlResource.read("quality_alerts")).query(QualityQuery::alert).list());
  }

  private <T> List<T> list(String sql, int days, RowMapper<T> mapper) {
    return jdbc.sql(SqlResource.read(sql)).param("days", days).query(mapper).list();
  }

  private static Table table(ResultSet row, int n) throws SQLException {
    return new Table(
        row.getString("name"),
        row.getLong("authoritative"),
        row.getLong("auto_derived"),
        row.getLong("pending_review"),
        row.getLong("flagged"),
        instant(row, "oldest_pending"),
        Quality.ratio(row.getLong("auto_derived"), row.getLong("authoritative")),
        Quality.ratio(row.getLong("auto_derived_before"), row.getLong("authoritative_before")),
        instant(row, "before_at"),
        instant(row, "taken_at"));
  }

  private static Coverage coverage(ResultSet row, int n) throws SQLException {
    double average = row.getDouble("average");
    return new Coverage(
        row.getString("domain"),
        row.getString("foreign_key"),
        row.getLong("loads"),
        average,
        row.getDouble("lowest"),
        row.getDouble("latest"),
        average > Quality.COVERAGE_TARGET);
  }

  private static Origin origin(ResultSet row, int n) throws SQLException {
    return new Origin(row.getString("name"), row.getLong("derived"), row.getLong("pending"));
  }

  private static Review review(ResultSet row, int n) throws SQLException {
    return new Review(
        row.getLong("reviewed"),
        row.getLong("superseded"),
        row.getObject("median_hours", Double.class),
        row.getObject("longest_hours", Double.class));
  }

  private static Alert alert(ResultSet row, int n) throws SQLException {
    return new Alert(
        row.getString("alert"),
        row.getString("name"),
        row.getDouble("threshold"),
        row.getDouble("value"),
        instant(row, "raised_at"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }
}
