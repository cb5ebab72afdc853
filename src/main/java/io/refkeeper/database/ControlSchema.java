package io.refkeeper.database;

import io.refkeeper.database.MigrationPlan.Kind;
import io.refkeeper.database.MigrationPlan.Step;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.springframework.jdbc.core.simple.JdbcClient;

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
    return flyway(target).migrate().migrationsExecuted;
  }

  /** The migrations that {@link #migrate} would apply, in order; changes nothing. */
  public static List<Step> pending(DataSource target) {
    return Arrays.stream(flyway(target).info().pending()).map(ControlSchema::step).toList();
  }

  /**
   * Whether the schema is there, in this version. For accounts that may not read Flyway's history:
   * by what the newest migration has made.
   */
  public static boolean exists(DataSource target) {
    return JdbcClient.create(target)
        .sql("select to_regclass('refkeeper.outbox_sent') is not null")
        .query(Boolean.class)
        .single();
  }

  /**
   * Refuses a database without the control schema of this version.
   *
   * @throws ProblemException {@code not_migrated}
   */
  public static void require(DataSource target) {
    if (!exists(target)) {
      throw new ProblemException(
          new Problem(
              "not_migrated",
              "The target database has no control schema yet, or one of an older version.",
              "schema " + NAME,
              "run: refkeeper migrate"));
    }
  }

  private static Step step(MigrationInfo migration) {
    return new Step(
        Kind.CONTROL_SCHEMA,
        "schema %s, version %s: %s"
            .formatted(NAME, migration.getVersion(), migration.getDescription()),
        SqlResource.readPath("/db/migration/" + migration.getScript()));
  }

  private static Flyway flyway(DataSource target) {
    return Flyway.configure()
        .dataSource(target)
        .schemas(NAME)
        .createSchemas(true)
        .locations("classpath:db/migration")
        .failOnMissingLocations(true)
        .load();
  }
}
