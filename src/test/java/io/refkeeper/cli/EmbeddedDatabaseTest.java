package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.database.embedded.EmbeddedPostgresServer;
import io.refkeeper.database.embedded.UnpackedPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands make of the embedded database of a data folder, and what not. */
class EmbeddedDatabaseTest {

  @TempDir private Path data;

  private CommandRun run(String... arguments) {
    return CommandRun.of(Map.of("REFKEEPER_DATA", data.toString()), arguments);
  }

  @Test
  void statusInAFolderWithoutADatabaseSaysSoAndMakesNone() throws Exception {
    CommandRun status = run("status");
    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.err().replaceAll("\\s+", " "))
        .isEqualTo(
            data
                + ": There is no embedded database in this folder - set REFKEEPER_DATA to the folder"
                + " that has it (a relative path starts in the current folder) or REFKEEPER_DB_URL to"
                + " a server; refkeeper run makes a new one ");
    assertThat(Files.list(data)).isEmpty();
  }

  @Test
  void aCommandThatDoesNotFitTheDatabaseHasNotMigratedIt() throws Exception {
    UnpackedPrograms.linkInto(data);
    CommandRun sync = run("sync");
    assertThat(sync.exitCode()).isEqualTo(3);
    assertThat(sync.err()).contains("The table mapping.年金计划 does not exist");

    CommandRun status = run("status");
    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.err()).contains("The target database has no control schema yet");
  }

  @Test
  void aWrongPasswordIsNotAServerThatIsDown() throws Exception {
    UnpackedPrograms.linkInto(data);
    try (EmbeddedPostgresServer server =
        EmbeddedPostgresServer.start(data, data.resolve("binaries"))) {
      assertThat(refused(server, server.user(), "wrong"))
          .contains("this account: password authentication failed for user \"refkeeper\" -")
          .contains("check REFKEEPER_DB_USER and REFKEEPER_DB_PASSWORD")
          .doesNotContain("start that server");
      assertThat(refused(server, server.user(), ""))
          .contains("set REFKEEPER_DB_USER and REFKEEPER_DB_PASSWORD")
          .doesNotContain("start that server");
    }
  }

  private static String refused(EmbeddedPostgresServer server, String user, String password) {
    CommandRun status =
        CommandRun.of(
            Map.of(
                "REFKEEPER_DB_URL", server.jdbcUrl(),
                "REFKEEPER_DB_USER", user,
                "REFKEEPER_DB_PASSWORD", password),
            "status");
    assertThat(status.exitCode()).isEqualTo(1);
    return status.err().replaceAll("\\s+", " ");
  }
}
