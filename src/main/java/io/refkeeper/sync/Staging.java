package io.refkeeper.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.sync.ColumnMapping.Pair;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** Streams the source's rows into the temporary table {@code sync_raw}, as text, by COPY. */
public final class Staging {

  /** A zero year, month or day, which MySQL stores and no other database knows. */
  private static final Pattern ZERO_DATE =
      Pattern.compile("(0000-\\d\\d-\\d\\d|\\d{4}-00-\\d\\d|\\d{4}-\\d\\d-00).*", Pattern.DOTALL);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final DataSource target;
  private final JdbcClient jdbc;

  public Staging(DataSource target) {
    this.target = target;
    this.jdbc = JdbcClient.create(target);
  }

  /** The name of the staging column of the n-th mapped column. */
  static String column(int n) {
    return "c" + n;
  }

  /**
   * Stages all rows; counts them and MySQL's zero dates.
   *
   * @param rows by the source's column names; read once, row by row
   * @throws ProblemException when a full fetch has no row at all
   */
  public void stage(@ExchangeProperty("table") TableRun run, @Body Iterator<Map<String, ?>> rows)
      throws SQLException {
    int width = run.attempt().fetch().mapping().pairs().size();
    String columns =
        IntStream.range(0, width).mapToObj(Staging::column).collect(Collectors.joining(", "));
    jdbc.sql(
            "create temporary table sync_raw (line bigint, fault text, "
                + columns.replace(",", " text,")
                + " text) on commit drop")
        .update();
    Connection connection = DataSourceUtils.getConnection(target);
    CopyIn copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("copy sync_raw (line, fault, " + columns + ") from stdin");
    try {
      copyRows(run.attempt(), run.source().incrementalColumn(), rows, new CopyText(copy));
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
      DataSourceUtils.releaseConnection(connection, target);
    }
    if (run.attempt().fetched() == 0 && run.attempt().fetch().complete()) {
      throw new ProblemException(
          new Problem(
              "source_empty",
              "The source has no rows; an empty source is taken for a mistake, never for a reason to empty a table",
              run.name().toString(),
              "Look at the source, and at source_config; nothing was written"));
    }
  }

  private static void copyRows(
      Attempt attempt, String incremental, Iterator<Map<String, ?>> rows, CopyText copy)
      throws SQLException {
    List<Pair> pairs = attempt.fetch().mapping().pairs();
    boolean[] temporal = new boolean[pairs.size()];
    for (int i = 0; i < temporal.length; i++) {
      temporal[i] = attempt.fetch().temporalColumns().contains(pairs.get(i).source());
    }
    String[] values = new String[temporal.length];
    while (rows.hasNext()) {
      Map<String, ?> row = rows.next();
      String fault = null;
      for (int i = 0; i < values.length; i++) {
        String value = text(row.get(pairs.get(i).source()));
        if (value != null && temporal[i] && ZERO_DATE.matcher(value).matches()) {
          value = null;
          attempt.zeroDateFound();
        }
        if (value != null && value.indexOf('\0') >= 0) {
          value = value.replace('\0', '\uFFFD');
          fault = pairs.get(i).target();
        }
        values[i] = value;
      }
      copy.field(Long.toString(attempt.rowFetched())).field(fault);
      for (String value : values) {
        copy.field(value);
      }
      copy.endRow();
      if (incremental != null) {
        attempt.reached(later(attempt.watermark(), text(row.get(incremental))));
      }
    }
    attempt.fetchedAll();
    copy.flush();
  }

  /** A value as PostgreSQL reads it; structures are JSON. */
  private static String text(Object value) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof Map || value instanceof Collection) {
      try {
        return JSON.writeValueAsString(value);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("Not a JSON value", e);
      }
    }
    return value.toString();
  }

  /** The later of two watermarks: numbers by value, dates and times by their ISO text. */
  static String later(String one, String other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    boolean numbers = one.matches("-?\\d+(\\.\\d+)?") && other.matches("-?\\d+(\\.\\d+)?");
    int order =
        numbers ? new BigDecimal(one).compareTo(new BigDecimal(other)) : one.compareTo(other);
    return order >= 0 ? one : other;
  }
}
