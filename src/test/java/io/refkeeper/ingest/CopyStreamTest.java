package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.TableName;
import io.refkeeper.database.copy.BinaryType;
import io.refkeeper.database.copy.EncodedRows;
import io.refkeeper.ingest.reader.SourceRow;
import io.refkeeper.testing.TestPostgres;
import java.util.List;
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

  private static final FactCopy.Target FACT =
      new FactCopy.Target(new TableName("public", "fact"), List.of("k", "n"), null, 0, false);

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
          assertThatThrownBy(() -> copy.copyVerified(FACT, row("ghost", "-1")))
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
          assertThat(copy.copyVerified(FACT, row("ghost", "1"))).isEqualTo(1);
          copy.release();
          assertThatTheDatabaseChecks(copy);
        });
  }

  private static void assertThatTheDatabaseChecks(CopyStream copy) {
    assertThat(jdbc.queryForObject("show session_replication_role", String.class))
        .isEqualTo("origin");
    assertThatThrownBy(() -> copy.copy(FACT, row("ghost", "1")))
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

  private static EncodedRows row(String... values) {
    RowEncoder encoder =
        new RowEncoder(values.length, null, List.of(BinaryType.TEXT, BinaryType.INTEGER));
    EncodedRows rows = encoder.newRows();
    encoder.encode(new FactRow(new SourceRow(1, null, values, null), values), rows);
    return rows;
  }
}
