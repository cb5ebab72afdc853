package io.refkeeper.quarantine;

import io.refkeeper.database.JsonText;
import io.refkeeper.database.copy.BinaryRows;
import io.refkeeper.database.copy.CopyFormat;
import io.refkeeper.database.copy.KeptCopy;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes rows to the quarantine, in the load's transaction. */
public final class QuarantineWriter {

  private static final int COLUMNS = 13;

  /** Of a row. */
  private static final int USUAL_BYTES = 1 << 10;

  private static final KeptCopy.Target QUARANTINE =
      new KeptCopy.Target() {
        @Override
        public String statement(CopyFormat format) {
          return """
              copy refkeeper.quarantine
                (load_run_id, domain, file_name, line, sheet, column_name, value, reason_code, reason,
                 original, fields, scope, keys)
              from stdin with (%s)"""
              .formatted(format.options());
        }

        @Override
        public boolean foreignKeysProven() {
          return false;
        }

        @Override
        public RuntimeException rowsDropped(long sent, long stored) {
          return new IllegalStateException(
              "%d rows were sent to quarantine, %d were stored".formatted(sent, stored));
        }
      };

  private final JdbcClient jdbc;
  private final JdbcTemplate copies;

  public QuarantineWriter(DataSource target) {
    this.copies = new JdbcTemplate(target);
    this.jdbc = JdbcClient.create(target);
  }

  /** Writes rows of a load in one statement; also while a result of the connection is read. */
  public void write(long loadRunId, String domain, String file, List<QuarantinedRow> rows) {
    if (!rows.isEmpty()) {
      BinaryRows encoded = encoded(loadRunId, domain, file, rows);
      onCopy(copy -> copy.copy(QUARANTINE, encoded, rows.size()));
    }
  }

  /**
   * Writes rows of a load, and leaves their COPY open for more. That they are stored is certain
   * with the next statement of the transaction, which fails if they are not. Not while a result of
   * the connection is read in portions: it would wait for ever.
   */
  public void keepWriting(long loadRunId, String domain, String file, List<QuarantinedRow> rows) {
    if (!rows.isEmpty()) {
      BinaryRows encoded = encoded(loadRunId, domain, file, rows);
      onCopy(copy -> copy.send(QUARANTINE, encoded, rows.size()));
    }
  }

  /** What is done with the COPY of the transaction's connection. */
  private interface Work {
    void with(KeptCopy copy) throws SQLException;
  }

  private void onCopy(Work work) {
    copies.execute(
        (ConnectionCallback<Void>)
            connection -> {
              work.with(connection.unwrap(KeptCopy.class));
              return null;
            });
  }

  private static BinaryRows encoded(
      long loadRunId, String domain, String file, List<QuarantinedRow> rows) {
    BinaryRows encoded = new BinaryRows(rows.size() * USUAL_BYTES);
    for (QuarantinedRow row : rows) {
      encoded.row(COLUMNS);
      encoded.bigint(loadRunId);
      encoded.text(domain);
      encoded.text(storable(file));
      encoded.bigint(row.line());
      encoded.text(storable(row.sheet()));
      encoded.text(storable(row.column()));
      encoded.text(storable(row.value()));
      encoded.text(row.code());
      encoded.text(storable(row.reason()));
      encoded.text(storable(row.original()));
      encoded.jsonb(JsonText.of(row.fields()));
      encoded.text(storable(row.scope()));
      encoded.jsonb(JsonText.of(row.keys()));
    }
    return encoded;
  }

  /** Waiting rows of replaced scopes have been delivered anew: they must never be loaded again. */
  public long supersede(long loadRunId, String domain, Collection<String> scopes) {
    return jdbc.sql(
            """
            update refkeeper.quarantine set state = 'superseded', closed_at = clock_timestamp()
            where domain = ? and state = 'waiting' and load_run_id <> ? and scope = any(?)
            """)
        .param(domain)
        .param(loadRunId)
        .param(scopes.toArray(String[]::new))
        .update();
  }

  /** PostgreSQL stores no NUL in a text; the row is kept all the same. */
  private static String storable(String text) {
    return text == null ? null : text.replace('\0', '\uFFFD');
  }
}
