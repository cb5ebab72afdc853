package io.refkeeper.database.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.testing.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever calls a connection finds its COPY ended: nothing waits for ever, nothing is unchecked.
 */
@Timeout(30)
class KeptCopyTest {

  @AutoClose private static final HikariDataSource DATABASE = TestPostgres.newDatabase();

  private static final DataSource SOURCE = KeptCopy.connectionsOf(DATABASE);

  private Connection connection;

  /**
   * Rows for a table of ours.
   *
   * @param table its name
   */
  private record Into(String table) implements KeptCopy.Target {
    @Override
    public String statement(CopyFormat format) {
      return "copy %s (k, n) from stdin with (%s)".formatted(table, format.options());
    }

    @Override
    public boolean foreignKeysProven() {
      return !table.equals("checked");
    }

    @Override
    public RuntimeException rowsDropped(long sent, long stored) {
      return new IllegalStateException("%d sent, %d stored".formatted(sent, stored));
    }
  }

  @BeforeAll
  static void createTables() throws SQLException {
    try (Connection connection = DATABASE.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          create table parent (code text primary key);
          create table fact (k text references parent, n int check (n > 0));
          create table other (k text, n int);
          create table checked (k text references parent, n int);
          create table dropping (k text, n int);
          create function drop_row() returns trigger language plpgsql as 'begin return null; end';
          create trigger drops before insert on dropping for each row execute function drop_row();
          alter table dropping enable always trigger drops;
          """);
    }
  }

  @BeforeEach
  void begin() throws SQLException {
    connection = SOURCE.getConnection();
    connection.setAutoCommit(false);
  }

  @AfterEach
  void end() throws SQLException {
    connection.rollback();
    connection.close();
  }

  @Test
  void aStatementInBetweenSeesAllRowsAndIsChecked() throws SQLException {
    send("fact", "ghost\t1\n", 1);
    send("fact", "ghost\t2\nghost\t3\n", 2);
    assertThat(ask("select count(*) from fact")).isEqualTo("3");
    assertThat(ask("show session_replication_role")).isEqualTo("origin");
    send("fact", "ghost\t4\n", 1);
    assertThat(ask("select count(*) from fact")).isEqualTo("4");
    assertThatThrownBy(() -> run("insert into fact values ('phantom', 1)"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("violates foreign key constraint");
  }

  @Test
  void anotherTableEndsTheCopyOfTheFirst() throws SQLException {
    send("fact", "ghost\t1\n", 1);
    send("other", "x\t1\n", 1);
    send("fact", "ghost\t2\n", 1);
    assertThat(ask("select (select count(*) from fact) || ' ' || (select count(*) from other)"))
        .isEqualTo("2 1");
  }

  @Test
  void aTableWhoseForeignKeysAreNotProvenIsCheckedRightBehindOneWhoseAre() throws SQLException {
    send("fact", "ghost\t1\n", 1);
    send("checked", "phantom\t1\n", 1);
    assertThatThrownBy(() -> ask("select 1"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("\"checked\" violates foreign key constraint");
  }

  @Test
  void rowsOfTheOtherFormatEndTheCopyOfTheFirst() throws SQLException {
    send("fact", "ghost\t1\n", 1);
    send("fact", "ghost\t2\n", 1, List.of());
    send("fact", "ghost\t3\n", 1);
    assertThat(ask("select string_agg(n::text, ' ' order by n) from fact")).isEqualTo("1 2 3");
  }

  @Test
  void aRollbackGivesTheCopyUpAndTheConnectionGoesOn() throws SQLException {
    send("fact", "ghost\t1\n", 1);
    connection.rollback();
    assertThat(ask("select count(*) from fact")).isEqualTo("0");
    assertThat(ask("show session_replication_role")).isEqualTo("origin");
  }

  @Test
  void aCommitTakesTheRowsOfAnOpenCopyAlong() throws SQLException {
    send("other", "committed\t1\n", 1);
    connection.commit();
    try (Connection reader = DATABASE.getConnection();
        Statement statement = reader.createStatement()) {
      ResultSet row = statement.executeQuery("select count(*) from other where k = 'committed'");
      assertThat(row.next()).isTrue();
      assertThat(row.getLong(1)).isEqualTo(1);
    }
  }

  @Test
  void aRowThatTheServerRefusesFailsTheNextCallAndTheTransaction() throws SQLException {
    send("fact", "ghost\t-1\n", 1);
    assertThatThrownBy(() -> ask("select 1"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("violates check constraint");
    assertThatThrownBy(() -> ask("select 1")).hasMessageContaining("transaction is aborted");
    connection.rollback();
    assertThat(ask("show session_replication_role")).isEqualTo("origin");
  }

  @Test
  void rowsThatATriggerDropsAreMissed() throws SQLException {
    send("dropping", "x\t1\ny\t2\n", 2);
    assertThatThrownBy(() -> ask("select 1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("2 sent, 0 stored");
  }

  @Test
  void aConnectionThatGoesBackIntoThePoolHasNoCopyOpen() throws SQLException {
    send("fact", "ghost\t1\n", 1);
    connection.close();
    connection = SOURCE.getConnection();
    connection.setAutoCommit(false);
    assertThat(ask("select count(*) from fact")).isEqualTo("0");
  }

  private void send(String table, String rows, int count) throws SQLException {
    send(table, rows, count, List.of(BinaryType.TEXT, BinaryType.INTEGER));
  }

  private void send(String table, String lines, int count, List<BinaryType> types)
      throws SQLException {
    EncodedRows rows = new EncodedRows(types);
    for (String line : lines.split("\n")) {
      do {
        rows.beginRow();
        for (String value : line.split("\t")) {
          rows.value(value);
        }
      } while (!rows.endRow());
    }
    rows.send((format, bytes, length, size) -> assertThat(size).isEqualTo(count));
    connection.unwrap(KeptCopy.class).send(new Into(table), rows);
  }

  private String ask(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
