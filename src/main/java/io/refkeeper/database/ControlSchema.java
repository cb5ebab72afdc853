package io.refkeeper.database;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The schema {@code refkeeper}: what refkeeper remembers. Migrated by Flyway, forwards only. */
public final class ControlSchema {

  public static final String NAME = "refkeeper";

  private ControlSchema() {}

  /**
   * Creates or upgrades the control schema. Safe to call by several processes at once.
   *
   * @return the number of migrations that were applied
   */
  public static int migrate(DataSource target) {
    return Flyway.configure()
        .dataSource(target)
        .schemas(NAME)
        .createSchemas(true)
        .locations("classpath:db/migration")
        .failOnMissingLocations(true)
        .load()
        .migrate()
        .migrationsExecuted;
  }
}
