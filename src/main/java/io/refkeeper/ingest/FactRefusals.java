package io.refkeeper.ingest;

import io.refkeeper.database.SqlResource;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells whether and how a fact table can refuse rows that Java holds to be right. Only then is a
 * COPY worth a savepoint: many savepoints slow every other session's snapshots.
 */
final class FactRefusals {

  private static final String CATALOG = SqlResource.read("fact_refusals");

  private final JdbcClient jdbc;

  FactRefusals(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * How the rows can be told that the table refuses.
   *
   * @param written the columns that are copied
   * @param unprovenKeys whether there are foreign keys that are not verified before
   */
  Refusals of(Table table, List<String> written, boolean unprovenKeys) {
    Hazards hazards =
        jdbc.sql(CATALOG)
            .params(table.oid(), table.oid())
            .query(
                (row, n) -> new Hazards(row.getBoolean("constraints"), row.getBoolean("triggers")))
            .single();
    boolean unforeseen =
        table.columns().stream()
            .filter(column -> written.contains(column.name()))
            .anyMatch(FactRefusals::cannotBeForeseen);
    if (hazards.triggers || unforeseen) {
      return Refusals.BY_ROW;
    }
    boolean unique =
        table.uniqueKeys().stream()
            .anyMatch(key -> key.columns().stream().anyMatch(written::contains));
    return hazards.constraints || unique || unprovenKeys ? Refusals.BY_SET : Refusals.NONE;
  }

  private record Hazards(boolean constraints, boolean triggers) {}

  /** Whether Java passes values of the column on without knowing whether they are right. */
  static boolean cannotBeForeseen(Column column) {
    return column.domain() || !column.castCannotFail();
  }
}
