package io.refkeeper.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMariaDbTest {

  private static final Path BINARIES = UnpackedPrograms.FOLDER;

  @TempDir private static Path data;

  @Test
  void bothServersStartTogetherAndTheLegacyDataOutliveARestart() throws Exception {
    try (EmbeddedServers servers = EmbeddedServers.start(data, BINARIES);
        Connection owner =
            DriverManager.getConnection(
                servers.mariaDb().jdbcUrl(),
                servers.mariaDb().owner(),
                servers.mariaDb().ownerPassword());
        var statement = owner.createStatement()) {
      statement.execute("create table plan (code varchar(20) primary key, name varchar(100))");
      statement.execute("insert into plan values ('P1', '中国平安年金计划🙂')");
      assertThat(servers.postgres().jdbcUrl()).startsWith("jdbc:postgresql://127.0.0.1:");
    }

    try (EmbeddedMariaDb server = EmbeddedMariaDb.start(data, BINARIES);
        Connection reader =
            DriverManager.getConnection(
                server.jdbcUrl(), server.reader(), server.readerPassword());
        var statement = reader.createStatement()) {
      try (var rows =
          statement.executeQuery("select name, @@innodb_flush_log_at_trx_commit from plan")) {
        rows.next();
        assertThat(rows.getString(1)).isEqualTo("中国平安年金计划🙂");
        assertThat(rows.getInt(2)).as("every commit is on disk").isEqualTo(1);
      }
      assertThatThrownBy(() -> statement.execute("delete from plan"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("DELETE command denied to user 'reader'@'127.0.0.1'");
      assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), "root", "").close())
          .isInstanceOf(SQLException.class);
    }
  }
}
