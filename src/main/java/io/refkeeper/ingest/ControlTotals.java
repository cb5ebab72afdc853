package io.refkeeper.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.config.Domain.LoadMode;
import io.refkeeper.database.TableName;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Rows and sums of the columns that a domain names in {@code control_totals}, as stored, beside
 * those before. One statement at the end of a load, none for the domains that name no columns.
 *
 * <p>With {@code load_mode: replace} they are those of the file's scopes, before and after. In the
 * other modes the rows are found by {@code load_id_column}, and those before are the domain's last
 * load's.
 */
final class ControlTotals {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JdbcClient jdbc;

  ControlTotals(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * Rows and sums.
   *
   * @param sums by column; of no rows, or of NULLs only, 0
   */
  record Totals(long rows, Map<String, BigDecimal> sums) {

    static final Totals NONE = new Totals(0, Map.of());

    Totals plus(Totals other) {
      Map<String, BigDecimal> all = new LinkedHashMap<>(sums);
      other.sums.forEach((column, sum) -> all.merge(column, sum, BigDecimal::add));
      return new Totals(rows + other.rows, all);
    }

    /** Reads {@link #select} from a row. */
    static Totals read(ResultSet row, List<String> columns) throws SQLException {
      Map<String, BigDecimal> sums = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        sums.put(columns.get(i), row.getBigDecimal(i + 2));
      }
      return new Totals(row.getLong(1), sums);
    }

    /** What a SELECT selects from the rows {@code f}; what is no finite number is left out. */
    static String select(List<String> columns) {
      return columns.stream()
          .map(TableName::quote)
          .map(
              column ->
                  "coalesce(sum(f.%1$s::numeric) filter (where f.%1$s::numeric < 'Infinity' and f.%1$s::numeric > '-Infinity'), 0)"
                      .formatted(column))
          .collect(Collectors.joining(", ", "count(*), ", ""));
    }

    private LoadResult.Totals reported() {
      Map<String, String> texts = new LinkedHashMap<>();
      sums.forEach((column, sum) -> texts.put(column, sum.toPlainString()));
      return new LoadResult.Totals(rows, texts);
    }
  }

  /** The totals of a load whose rows are all written; null when the domain names no columns. */
  LoadResult.ControlTotals of(DomainLoad load) {
    List<String> columns = load.domain().controlTotals();
    if (columns.isEmpty()) {
      return null;
    }
    if (load.domain().loadMode() != LoadMode.REPLACE) {
      return new LoadResult.ControlTotals(ofLoadId(load).reported(), lastLoad(load));
    }
    Totals before = load.counts().replacedTotals();
    return new LoadResult.ControlTotals(
        ofScopes(load).reported(), before.rows() == 0 ? null : before.reported());
  }

  private Totals ofScopes(DomainLoad load) {
    Totals all = Totals.NONE;
    for (ScopeCondition scopes : ScopeCondition.of(load, load.scopes().begun())) {
      all =
          all.plus(
              scopes.bind(jdbc.sql(select(load) + scopes.ofSelect())).query(read(load)).single());
    }
    return all;
  }

  private Totals ofLoadId(DomainLoad load) {
    String column = load.domain().loadIdColumn();
    String type = load.factTable().column(column).orElseThrow().baseDeclaredType();
    return jdbc.sql(select(load) + "where f.%s = ?::%s".formatted(TableName.quote(column), type))
        .param(Long.toString(load.loadRunId()))
        .query(read(load))
        .single();
  }

  private static String select(DomainLoad load) {
    return "select %s from %s f "
        .formatted(Totals.select(load.domain().controlTotals()), load.factTable().name().sql());
  }

  private static RowMapper<Totals> read(DomainLoad load) {
    return (row, n) -> Totals.read(row, load.domain().controlTotals());
  }

  private LoadResult.Totals lastLoad(DomainLoad load) {
    return jdbc
        .sql(
            """
            select details -> 'control_totals' -> 'load' from refkeeper.load_run
            where domain = ? and status = 'loaded' and id < ?
            order by id desc
            limit 1
            """)
        .params(load.domain().name(), load.loadRunId())
        .query((row, n) -> parse(row.getString(1)))
        .list()
        .stream()
        .findFirst()
        .orElse(null);
  }

  private static LoadResult.Totals parse(String json) {
    try {
      return json == null ? null : JSON.readValue(json, LoadResult.Totals.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The ledger's control totals cannot be read: " + json, e);
    }
  }
}
