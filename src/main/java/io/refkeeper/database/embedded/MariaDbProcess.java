package io.refkeeper.database.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * MariaDB, standing in for the legacy MySQL.
 *
 * <p>It is set up by its bootstrap mode with the statements that mariadb-install-db would feed it,
 * and without TLS: making a certificate at each start takes 5 of its 6 seconds.
 */
final class MariaDbProcess implements ServerProcess {

  static final String DATABASE = "legacy";
  static final String OWNER = "legacy_owner";
  static final String READER = "reader";

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final ServerFolder folder;
  private final Path binaries;

  MariaDbProcess(ServerFolder folder, Path binaries) {
    this.folder = folder;
    this.binaries = binaries;
  }

  @Override
  public String name() {
    return "the embedded MariaDB";
  }

  @Override
  public boolean isRunning() {
    // A starter that was killed leaves a server that is still starting up
    Waiting.until(
        () -> !isAlive() || answers(),
        LIMIT,
        "MariaDB in " + folder.path() + " is neither up nor down");
    return isAlive();
  }

  @Override
  public void start() {
    Path programs = Binaries.mariaDb(binaries);
    if (!Files.isDirectory(folder.data())) {
      folder.createData(fresh -> initialise(programs, fresh));
    }
    if (!startOnce(programs) && !startOnce(programs)) {
      throw Program.failed("The embedded MariaDB does not start", folder.log());
    }
  }

  private boolean startOnce(Path programs) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("setsid"); // Ctrl-C in the terminal of the Java process must not reach it
    }
    command.addAll(server(programs, folder.data()));
    command.addAll(
        List.of(
            "--port=" + folder.choosePort(),
            "--bind-address=127.0.0.1",
            "--socket=mariadbd.sock",
            "--pid-file=" + pidPath(),
            "--skip-name-resolve",
            "--skip-ssl",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_ci",
            "--innodb-flush-log-at-trx-commit=1"));
    try {
      Files.deleteIfExists(pidPath());
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(folder.log().toFile())
              .start();
      try {
        Waiting.until(
            () -> !process.isAlive() || (isAlive() && answers()),
            LIMIT,
            "MariaDB in " + folder.path() + " does not answer");
      } catch (RuntimeException e) {
        process.destroy();
        throw e;
      }
      return process.isAlive();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    String pid = pid();
    if (isAlive()) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroy);
      Waiting.until(
          () -> !ServerFolder.isAlive(pid, "mariadbd"),
          LIMIT,
          "MariaDB in " + folder.path() + " does not stop");
    }
  }

  private void initialise(Path programs, Path data) {
    List<String> command = new ArrayList<>(server(programs, data));
    command.add("--bootstrap");
    new Program(List.of(), folder.commandLog()).run(command, installation(programs));
  }

  private List<String> server(Path programs, Path data) {
    List<String> command =
        new ArrayList<>(
            List.of(
                programs.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + programs,
                "--lc-messages-dir=" + programs.resolve("share"),
                "--character-sets-dir=" + programs.resolve("share/charsets"),
                "--datadir=" + data,
                "--innodb-buffer-pool-size=64M",
                "--innodb-log-file-size=16M"));
    if (System.getProperty("user.name").equals("root")) {
      command.add("--user=root"); // it refuses to run as root unless told to
    }
    return command;
  }

  /** The statements of mariadb-install-db, then our database and accounts. */
  private String installation(Path programs) {
    StringBuilder sql =
        new StringBuilder(
            "create database mysql;\nuse mysql;\nset @auth_root_socket=NULL;\n"
                + "set @skip_auth_anonymous=1;\n");
    for (String file :
        List.of(
            "mariadb_system_tables.sql",
            "mariadb_performance_tables.sql",
            "mariadb_system_tables_data.sql")) {
      try (InputStream in = Files.newInputStream(programs.resolve("share").resolve(file))) {
        sql.append(
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.contains("@current_hostname")) // no root@<this machine>
                .collect(Collectors.joining("\n", "", "\n")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sql + accounts();
  }

  private String accounts() {
    // The installation makes root accounts without a password for 127.0.0.1 and ::1
    return """
        delete from mysql.global_priv where Host <> 'localhost';
        flush privileges;
        alter user root@localhost identified by '%s';
        create database %s character set utf8mb4 collate utf8mb4_unicode_ci;
        create user %s@'127.0.0.1' identified by '%s';
        grant all on *.* to %s@'127.0.0.1' with grant option;
        create user %s@'127.0.0.1' identified by '%s';
        grant select on %s.* to %s@'127.0.0.1';
        """
        .formatted(
            folder.password("root"),
            DATABASE,
            OWNER,
            folder.password(OWNER),
            OWNER,
            READER,
            folder.password(READER),
            DATABASE,
            READER);
  }

  private boolean isAlive() {
    return ServerFolder.isAlive(pid(), "mariadbd");
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), folder.port()), 1_000);
      return true;
    } catch (java.net.ConnectException e) {
      return false; // not listening yet
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String pid() {
    try {
      return Files.readString(pidPath()).strip();
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path pidPath() {
    return folder.path().resolve("mariadbd.pid");
  }
}
