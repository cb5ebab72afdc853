package io.refkeeper.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.MigrationPlan.Step;
import io.refkeeper.testing.TestPostgres;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class ControlSchemaTest {

  @Test
  void migratesAnEmptyDatabaseOnceAndThenFindsNothingToDo() {
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      assertThat(ControlSchema.migrate(database)).isPositive();
      assertThat(ControlSchema.migrate(database)).isZero();
    }
  }

  @Test
  void saysWhatIsPendingWithoutTouchingTheDatabase() {
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      assertThat(ControlSchema.pending(database).stream().map(Step::description))
          .startsWith("schema refkeeper, version 1: control schema");
      assertThat(ControlSchema.pending(database).get(0).sql()).contains("create table load_run");
      assertThat(
              new JdbcTemplate(database)
                  .queryForObject("select to_regnamespace('refkeeper') is null", Boolean.class))
          .isTrue();
      ControlSchema.migrate(database);
      assertThat(ControlSchema.pending(database)).isEmpty();
    }
  }

  @Test
  void everyTableAndColumnHasAComment() {
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      ControlSchema.migrate(database);
      assertThat(
              new JdbcTemplate(database)
                  .queryForList(
                      """
                      select c.relname || coalesce('.' || a.attname, '')
                      from pg_class c
                      left join pg_attribute a
                        on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                      where c.relnamespace = 'refkeeper'::regnamespace and c.relkind = 'r'
                        and c.relname <> 'flyway_schema_history'
                        and (col_description(c.oid, a.attnum) is null
                             or obj_description(c.oid, 'pg_class') is null)
                      """,
                      String.class))
          .as("without comment")
          .isEmpty();
    }
  }

  @Test
  void aSchemaOfAnOlderVersionCountsAsNone() {
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      int versions = ControlSchema.pending(database).size();
      Flyway.configure()
          .dataSource(database)
          .schemas(ControlSchema.NAME)
          .locations("classpath:db/migration")
          .target(Integer.toString(versions - 1))
          .load()
          .migrate();
      assertThat(ControlSchema.exists(database)).isFalse();
      ControlSchema.migrate(database);
      assertThat(ControlSchema.exists(database)).isTrue();
    }
  }
}
