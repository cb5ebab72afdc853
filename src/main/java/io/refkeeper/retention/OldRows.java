package io.refkeeper.retention;

import io.refkeeper.database.SqlResource;
import java.sql.Timestamp;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of one table of the control schema that grow old, whatever stays of them excepted. */
final class OldRows {

  private final JdbcClient jdbc;
  private final String table;
  private final String ids;

  /**
   * @param query resource that selects the ids of rows; it binds an instant before which rows are
   *     old, and how many it may return
   */
  OldRows(JdbcClient jdbc, String table, String query) {
    this.jdbc = jdbc;
    this.table = table;
    this.ids = SqlResource.read(query);
  }

  /** Deletes some of them; how many. */
  long delete(Instant before, int batch) {
    return jdbc.sql("delete from refkeeper.%s where id in (%s)".formatted(table, ids))
        .params(Timestamp.from(before), batch)
        .update();
  }

  /** How many there are. */
  long count(Instant before) {
    return jdbc.sql("select count(*) from (%s) old_rows".formatted(ids))
        .params(Timestamp.from(before), Long.MAX_VALUE)
        .query(Long.class)
        .single();
  }
}
