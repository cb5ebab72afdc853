package io.refkeeper.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.testing.TestPostgres;
import org.junit.jupiter.api.Test;

class ControlSchemaTest {

  @Test
  void migratesAnEmptyDatabaseOnceAndThenFindsNothingToDo() {
    try (HikariDataSource database = TestPostgres.newDatabase()) {
      assertThat(ControlSchema.migrate(database)).isPositive();
      assertThat(ControlSchema.migrate(database)).isZero();
    }
  }
}
