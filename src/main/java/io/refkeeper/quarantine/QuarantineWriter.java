package io.refkeeper.quarantine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes rows to the quarantine, in the load's transaction. */
public final class QuarantineWriter {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JdbcClient jdbc;

  public QuarantineWriter(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * Writes rows in one statement.
   *
   * @return the number of rows that the database says it has stored
   */
  public long write(long loadRunId, String domain, String file, List<QuarantinedRow> rows) {
    if (rows.isEmpty()) {
      return 0;
    }
    return jdbc.sql(
            """
            insert into refkeeper.quarantine
              (load_run_id, domain, file_name, line, sheet, column_name, value, reason_code, reason,
               original, fields, scope, keys)
            select ?, ?, ?, line, sheet, column_name, value, code, reason, original,
                   fields::jsonb, scope, keys::jsonb
            from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                        ?::text[], ?::text[], ?::text[])
              as u(line, sheet, column_name, value, code, reason, original, fields, scope, keys)
            """)
        .param(loadRunId)
        .param(domain)
        .param(file)
        .param(rows.stream().map(QuarantinedRow::line).toArray(Long[]::new))
        .param(texts(rows, QuarantinedRow::sheet))
        .param(texts(rows, QuarantinedRow::column))
        .param(texts(rows, QuarantinedRow::value))
        .param(texts(rows, QuarantinedRow::code))
        .param(texts(rows, QuarantinedRow::reason))
        .param(texts(rows, QuarantinedRow::original))
        .param(texts(rows, row -> json(row.fields())))
        .param(texts(rows, QuarantinedRow::scope))
        .param(texts(rows, row -> json(row.keys())))
        .update();
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
  private static String[] texts(List<QuarantinedRow> rows, Function<QuarantinedRow, String> value) {
    return rows.stream()
        .map(value)
        .map(text -> text == null ? null : text.replace('\0', '\uFFFD'))
        .toArray(String[]::new);
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value).replace("\\u0000", "\uFFFD");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
