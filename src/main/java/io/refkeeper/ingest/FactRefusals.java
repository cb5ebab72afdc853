package io.refkeeper.ingest;

import io.refkeeper.database.SqlResource;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.VerifiedForeignKeys;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells whether a fact table can refuse rows that Java holds to be right. Only then is a COPY worth
 * a savepoint: many savepoints slow every other session's snapshots.
 */
final class FactRefusals {

  private static final String CATALOG = SqlResource.read("fact_refusals");

  private final JdbcClient jdbc;
  private final VerifiedForeignKeys foreignKeys;

  FactRefusals(DataSource target) {
    this.jdbc = JdbcClient.create(target);
    this.foreignKeys = new VerifiedForeignKeys(target);
  }

  /**
   * @param written the columns that are copied
   * @param keys the foreign keys that are verified before, whoever else checks them
   */
  boolean mayRefuse(Table table, List<String> written, List<BoundForeignKey> keys) {
    boolean unforeseen =
        table.columns().stream()
            .filter(column -> written.contains(column.name()))
            .anyMatch(FactRefusals::cannotBeForeseen);
    boolean unique =
        table.uniqueKeys().stream()
            .anyMatch(key -> key.columns().stream().anyMatch(written::contains));
    boolean unproven = foreignKeys.unproven(table, keys, written).isPresent();
    return unforeseen
        || unique
        || unproven
        || jdbc.sql(CATALOG)
            .params(table.oid(), table.oid(), table.oid())
            .query(Boolean.class)
            .single();
  }

  /** Whether Java passes values of the column on without knowing whether they are right. */
  static boolean cannotBeForeseen(Column column) {
    return column.domain() || !column.castCannotFail();
  }
}
