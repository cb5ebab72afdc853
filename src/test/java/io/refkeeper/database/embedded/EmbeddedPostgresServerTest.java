package io.refkeeper.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One data folder for all tests: each starts from what the one before has left. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmbeddedPostgresServerTest {

  private static final Path BINARIES = UnpackedPrograms.FOLDER;

  @TempDir private static Path data;

  private final ServerFolder folder = new ServerFolder(data.resolve("postgres"));

  @AfterEach
  void stopTheServerWhateverHappened() {
    if (Files.exists(folder.path())) {
      EmbeddedPostgresServer.start(data, BINARIES).close();
    }
  }

  @Test
  @Order(1)
  void theFirstStartClearsWhatAnInterruptedOneHasLeft() throws Exception {
    Files.createDirectories(folder.path().resolve("data.new-1/base"));
    Files.writeString(folder.path().resolve("data.new-1/PG_VERSION"), "18\n");

    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(data, BINARIES);
        Connection connection = connect(server)) {
      execute(connection, "create table kept (name text)");
      execute(connection, "insert into kept values ('支'), ('八'), ('平'), ('A')");
    }

    assertThat(folder.path().resolve("data.new-1")).doesNotExist();
  }

  @Test
  @Order(2)
  void itIsDurableAndItsDataOutliveARestart() throws Exception {
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(data, BINARIES);
        Connection connection = connect(server)) {
      assertThat(query(connection, "show fsync")).containsExactly("on");
      assertThat(query(connection, "show full_page_writes")).containsExactly("on");
      assertThat(query(connection, "show synchronous_commit")).containsExactly("on");
      assertThat(query(connection, "select name from kept order by name"))
          .as("sorted as a Chinese reader expects, by pinyin")
          .containsExactly("八", "平", "支", "A");
    }
  }

  @Test
  @Order(3)
  void nobodyGetsInWithoutThePasswordWhichOnlyTheOwnerCanRead() throws Exception {
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(data, BINARIES)) {
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.jdbcUrl(), server.user(), "guess").close())
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed for user \"refkeeper\"");
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.passwordFile("refkeeper"))))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
        .isEqualTo("rwx------");
  }

  @Test
  @Order(4)
  void theServerOutlivesItsStarterAndEndsWithTheLastThatUsesIt() throws Exception {
    try (ServerUser starter = ServerUser.launch(data, BINARIES)) {
      String url = starter.url();
      try (ServerUser other = ServerUser.launch(data, BINARIES)) {
        assertThat(other.url()).isEqualTo(url);
        starter.leave();
        try (Connection connection = connect(url)) {
          assertThat(query(connection, "select count(*) from kept")).containsExactly("4");
        }
        other.leave();
      }
      assertThatThrownBy(() -> connect(url).close()).hasMessageContaining("refused");
    }
  }

  @Test
  @Order(5)
  void afterKillingTheStarterTheNextAttachesToTheSameServer() throws Exception {
    String url;
    try (ServerUser starter = ServerUser.launch(data, BINARIES)) {
      url = starter.url();
      starter.kill();
    }
    String pid = Files.readAllLines(folder.data().resolve("postmaster.pid")).get(0);
    try (EmbeddedPostgresServer next = EmbeddedPostgresServer.start(data, BINARIES)) {
      assertThat(next.jdbcUrl()).isEqualTo(url);
      assertThat(Files.readAllLines(folder.data().resolve("postmaster.pid")).get(0)).isEqualTo(pid);
    }
    assertThatThrownBy(() -> connect(url).close()).hasMessageContaining("refused");
  }

  @Test
  @Order(6)
  void afterKillingTheServerTheNextRecoversIt() throws Exception {
    try (ServerUser starter = ServerUser.launch(data, BINARIES)) {
      starter.url();
      starter.kill();
    }
    String pid = Files.readAllLines(folder.data().resolve("postmaster.pid")).get(0);
    ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    server.destroyForcibly();
    server.onExit().get(10, TimeUnit.SECONDS);

    try (EmbeddedPostgresServer next = EmbeddedPostgresServer.start(data, BINARIES);
        Connection connection = connect(next)) {
      assertThat(query(connection, "select count(*) from kept")).containsExactly("4");
    }
  }

  @Test
  @Order(7)
  void aPidFileThatNamesAnotherProgramIsNoObstacle() throws Exception {
    Files.writeString(
        folder.data().resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n");
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(data, BINARIES);
        Connection connection = connect(server)) {
      assertThat(query(connection, "select 1")).containsExactly("1");
    }
  }

  @Test
  @Order(8)
  void aPortThatIsTakenIsReplacedAndTheNewOneRemembered() throws Exception {
    int port;
    try (ServerSocket taken =
        new ServerSocket(folder.port(), 1, InetAddress.getLoopbackAddress())) {
      try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(data, BINARIES)) {
        port = folder.port();
        assertThat(server.jdbcUrl())
            .isEqualTo("jdbc:postgresql://127.0.0.1:" + port + "/refkeeper");
        assertThat(port).isNotEqualTo(taken.getLocalPort());
      }
    }
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(data, BINARIES)) {
      assertThat(server.jdbcUrl()).contains(":" + port + "/");
    }
  }

  @Test
  @Order(9)
  void anInterruptDuringTheStartLeavesNothingRunning() throws Exception {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> EmbeddedPostgresServer.start(data, BINARIES))
        .isInstanceOf(RuntimeException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(folder.data().resolve("postmaster.pid")).doesNotExist();
  }

  @Test
  @Order(10)
  void dataAreDiscardedOnlyWhenNobodyUsesThemAndTheServerIsStoppedFirst() throws Exception {
    try (ServerUser user = ServerUser.launch(data, BINARIES)) {
      String url = user.url();
      assertThatThrownBy(() -> EmbeddedServers.discard(data, BINARIES))
          .hasMessage(
              folder.path()
                  + ": Another refkeeper uses the embedded PostgreSQL in this folder. - wait for"
                  + " its end, or stop it");
      String password = folder.password("refkeeper");
      user.kill();

      EmbeddedServers.discard(data, BINARIES);
      assertThat(folder.path()).doesNotExist();
      assertThatThrownBy(() -> DriverManager.getConnection(url, "refkeeper", password).close())
          .hasMessageContaining("refused");
    }
  }

  private static Connection connect(EmbeddedPostgresServer server) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
  }

  private Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, "refkeeper", folder.password("refkeeper"));
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> query(Connection connection, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
