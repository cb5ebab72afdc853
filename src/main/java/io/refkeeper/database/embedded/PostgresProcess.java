package io.refkeeper.database.embedded;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * PostgreSQL, driven by its own programs initdb and pg_ctl. pg_ctl starts it in a session of its
 * own, so that neither the end of the Java process nor Ctrl-C in its terminal reaches it.
 */
final class PostgresProcess implements ServerProcess {

  static final String ACCOUNT = "refkeeper";
  static final String DATABASE = "refkeeper";

  private static final Duration CRASH_RECOVERY = Duration.ofMinutes(5);

  /** Only this machine, over TCP; every account needs its password; a commit is on disk. */
  private static final String SETTINGS =
      """

      # refkeeper
      listen_addresses = '127.0.0.1'
      unix_socket_directories = ''
      fsync = on
      full_page_writes = on
      synchronous_commit = on
      shared_buffers = '128MB'
      max_wal_size = '1GB'
      max_connections = 100
      timezone = 'UTC'
      log_timezone = 'UTC'
      log_checkpoints = off
      """;

  private enum State {
    GONE,
    STARTING_OR_STOPPING,
    READY
  }

  private final ServerFolder folder;
  private final Path binaries;

  PostgresProcess(ServerFolder folder, Path binaries) {
    this.folder = folder;
    this.binaries = binaries;
  }

  @Override
  public String name() {
    return "the embedded PostgreSQL";
  }

  @Override
  public boolean isRunning() {
    Waiting.until(
        () -> state() != State.STARTING_OR_STOPPING,
        CRASH_RECOVERY,
        "PostgreSQL in " + folder.path() + " is neither up nor down");
    return state() == State.READY;
  }

  @Override
  public void start() {
    Path programs = Binaries.postgres(binaries);
    Program program = program();
    if (!Files.exists(folder.data().resolve("PG_VERSION"))) {
      folder.createData(fresh -> initialise(program, programs, fresh));
    }
    removeForeignPidFile();
    // The chosen port may be taken between the look and the start: one more try, then it is serious
    if (!startOnce(program, programs) && !startOnce(program, programs)) {
      throw Program.failed("The embedded PostgreSQL does not start", folder.log());
    }
  }

  private boolean startOnce(Program program, Path programs) {
    String options = "-p " + folder.choosePort();
    return program.succeeds(
        List.of(
            programs.resolve("bin/pg_ctl").toString(),
            "start",
            "-w",
            "-t",
            Long.toString(CRASH_RECOVERY.toSeconds()),
            "-D",
            folder.data().toString(),
            "-l",
            folder.log().toString(),
            "-o",
            options),
        "");
  }

  @Override
  public void stop() {
    if (state() == State.GONE) {
      return;
    }
    program()
        .run(
            List.of(
                Binaries.postgres(binaries).resolve("bin/pg_ctl").toString(),
                "stop",
                "-w",
                "-m",
                "fast",
                "-D",
                folder.data().toString()),
            "");
  }

  private void initialise(Program program, Path programs, Path data) {
    String initdb = programs.resolve("bin/initdb").toString();
    program.run(
        List.of(
            initdb,
            "--no-sync",
            "--pgdata=" + data,
            "--username=" + ACCOUNT,
            "--pwfile=" + folder.passwordFile(ACCOUNT),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=icu",
            "--icu-locale=zh-Hans-CN"),
        "");
    try {
      Files.writeString(data.resolve("postgresql.conf"), SETTINGS, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    program.run(
        List.of(
            programs.resolve("bin/postgres").toString(),
            "--single",
            "-D",
            data.toString(),
            "postgres"),
        "create database " + DATABASE + "\n");
    program.run(List.of(initdb, "--sync-only", "--pgdata=" + data), "");
  }

  /** PostgreSQL refuses to run as root: there it gets a user namespace in which it is nobody. */
  private Program program() {
    List<String> prefix =
        LinuxUtils.isUnshareAvailable() ? List.of("unshare", "-U") : List.<String>of();
    return new Program(prefix, folder.commandLog());
  }

  private State state() {
    List<String> lines = pidFile();
    if (lines.isEmpty() || !isPostgres(lines.get(0))) {
      return State.GONE;
    }
    boolean ready = lines.size() > 7 && lines.get(7).strip().equals("ready");
    return ready ? State.READY : State.STARTING_OR_STOPPING;
  }

  /**
   * After a reboot the remembered process id may be another program's: PostgreSQL would give up.
   */
  private void removeForeignPidFile() {
    List<String> lines = pidFile();
    if (!lines.isEmpty() && !isPostgres(lines.get(0))) {
      try {
        Files.deleteIfExists(pidPath());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static boolean isPostgres(String pid) {
    return ServerFolder.isAlive(pid, "postgres");
  }

  /** See PostgreSQL's miscadmin.h: line 1 is the process id, line 8 its state. */
  private List<String> pidFile() {
    try {
      return Files.readAllLines(pidPath());
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path pidPath() {
    return folder.data().resolve("postmaster.pid");
  }
}
