package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.testing.TestPostgres;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Whatever becomes of a COPY that skips foreign keys, what follows is checked by the database. */
class CopyStreamTest {

  private static final String COPY = "copy fact (k, n) from stdin with (format text)";

  private static HikariDataSource database;
  private static JdbcTemplate jdbc;

  @BeforeAll
  static void start() {
    database = TestPostgres.newDatabase();
    jdbc = new JdbcTemplate(database);
    jdbc.execute(
        """
        create table parent (code text primary key);
        create table fact (k text references parent, n int check (n > 0));
        """);
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void aCopyThatFailsWithoutForeignKeysLeavesThemSwitchedOn() {
    inTransaction(
        copy -> {
          copy.savepoint();
          assertThatThrownBy(() -> copy.copyVerified(COPY, row("ghost", "-1")))
              .isInstanceOf(DataAccessException.class)
              .hasMessageContaining("violates check constraint");
          copy.rollbackToSavepoint();
          assertThatTheDatabaseChecks(copy);
        });
  }

  @Test
  void aCopyThatSucceedsWithoutForeignKeysLeavesThemSwitchedOn() {
    inTransaction(
        copy -> {
          copy.savepoint();
          assertThat(copy.copyVerified(COPY, row("ghost", "1"))).isEqualTo(1);
          copy.release();
          assertThatTheDatabaseChecks(copy);
        });
  }

  private static void assertThatTheDatabaseChecks(CopyStream copy) {
    assertThat(jdbc.queryForObject("show session_replication_role", String.class))
        .isEqualTo("origin");
    assertThatThrownBy(() -> copy.copy(COPY, row("ghost", "1")))
        .isInstanceOf(DataAccessException.class)
        .hasMessageContaining("violates foreign key constraint");
  }

  private static void inTransaction(Consumer<CopyStream> work) {
    new TransactionTemplate(new DataSourceTransactionManager(database))
        .executeWithoutResult(
            status -> {
              status.setRollbackOnly();
              work.accept(new CopyStream(database));
            });
  }

  private static CopyBuffer row(String... values) {
    CopyBuffer buffer = new CopyBuffer();
    buffer.clear();
    buffer.row(values, values.length);
    return buffer;
  }
}
