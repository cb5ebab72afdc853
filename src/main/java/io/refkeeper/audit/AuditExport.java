package io.refkeeper.audit;

import io.refkeeper.database.SqlResource;
import io.refkeeper.database.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads the audit log as a stream: however long it is, only some entries are in memory. */
public final class AuditExport {

  private static final String EXPORT = SqlResource.read("audit_export");
  private static final int FETCHED_AT_ONCE = 1_000;

  private final NamedParameterJdbcTemplate jdbc;
  private final TransactionTemplate transaction;

  public AuditExport(DataSource target) {
    JdbcTemplate template = new JdbcTemplate(target);
    template.setFetchSize(FETCHED_AT_ONCE);
    this.jdbc = new NamedParameterJdbcTemplate(template);
    // outside a transaction the driver would fetch everything at once
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(target));
    transaction.setReadOnly(true);
  }

  /**
   * Gives the entries to a consumer, oldest first, as they were at one instant.
   *
   * @return how many
   */
  public long read(AuditFilter filter, Consumer<AuditEntry> consumer) {
    MapSqlParameterSource binds =
        new MapSqlParameterSource()
            .addValue("table", filter.table())
            .addValue("key", filter.key())
            .addValue("since", timestamp(filter.since()), Types.TIMESTAMP)
            .addValue("until", timestamp(filter.until()), Types.TIMESTAMP);
    long[] read = new long[1];
    transaction.executeWithoutResult(
        status ->
            jdbc.query(
                EXPORT,
                binds,
                row -> {
                  consumer.accept(entry(row));
                  read[0]++;
                }));
    return read[0];
  }

  /** The tables that have entries. */
  public Set<TableName> tables() {
    return new LinkedHashSet<>(
        jdbc.query(
            "select distinct table_schema, table_name from refkeeper.audit_log order by 1, 2",
            (row, n) -> new TableName(row.getString(1), row.getString(2))));
  }

  private static Timestamp timestamp(Instant instant) {
    return instant == null ? null : Timestamp.from(instant);
  }

  private static AuditEntry entry(ResultSet row) throws SQLException {
    return new AuditEntry(
        row.getLong("id"),
        row.getTimestamp("at").toInstant(),
        row.getString("table_name"),
        Arrays.asList((String[]) row.getArray("key").getArray()),
        row.getString("action"),
        row.getString("actor"),
        row.getString("run_kind"),
        row.getObject("run_id", Long.class),
        row.getString("before"),
        row.getString("after"));
  }
}
