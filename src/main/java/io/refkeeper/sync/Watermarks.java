package io.refkeeper.sync;

import io.refkeeper.database.TableName;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where incremental fetches have ended; each is stored in the transaction of its sync. */
final class Watermarks {

  private static final Pattern NUMBER_OR_MOMENT = Pattern.compile("[0-9 :.T+-]{1,40}");

  private final JdbcClient target;

  Watermarks(DataSource target) {
    this.target = target == null ? null : JdbcClient.create(target);
  }

  /** Where the last successful fetch ended; null: nowhere, or at no number and no moment. */
  String last(TableName table) {
    if (target == null) {
      return null;
    }
    return target
        .sql(
            """
            select watermark from refkeeper.sync_table_run
            where table_schema = ? and table_name = ? and status in ('ok', 'unchanged') and watermark is not null
            order by id desc limit 1
            """)
        .params(table.schema(), table.name())
        .query(String.class)
        .optional()
        .filter(watermark -> NUMBER_OR_MOMENT.matcher(watermark).matches())
        .orElse(null);
  }
}
