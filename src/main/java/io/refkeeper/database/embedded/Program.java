package io.refkeeper.database.embedded;

import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of a database server, run to its end; its output goes to a file, for messages. */
final class Program {

  private final List<String> prefix;
  private final Path output;

  /**
   * @param prefix words before every command, such as {@code unshare -U}
   * @param output the file for what the programs print, overwritten by each
   */
  Program(List<String> prefix, Path output) {
    this.prefix = List.copyOf(prefix);
    this.output = output;
  }

  /** Runs it with this standard input; whether it ended with 0. */
  boolean succeeds(List<String> command, String input) {
    List<String> words = new ArrayList<>(prefix);
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
    // The caller's own PGPORT, PGOPTIONS or MYSQL_HOME must not reach these servers
    builder.environment().keySet().removeIf(n -> n.startsWith("PG") || n.startsWith("MYSQL"));
    try {
      Process process = builder.start();
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended before it had read everything: its exit code and output tell why
        return waitFor(process) == 0;
      }
      return waitFor(process) == 0;
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "embedded_server_failed",
              "A program of the embedded server does not run here: " + FileFailure.reason(e) + ".",
              command.get(0),
              "set REFKEEPER_DB_URL to a PostgreSQL server of your own"),
          e);
    }
  }

  /** To the end, even when interrupted: half a step would leave what nobody cleans up. */
  private static int waitFor(Process process) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs it; fails with the end of its output if it does not end with 0. */
  void run(List<String> command, String input) {
    if (!succeeds(command, input)) {
      throw failed(command.get(0) + " failed", output);
    }
  }

  /** The failure of a server, with the last lines of what it printed. */
  static ProblemException failed(String what, Path log) {
    String tail = tail(log);
    String remedy =
        tail.contains("error while loading shared libraries")
            ? "install the missing library (Debian, Ubuntu: apt-get install libcrypt1 libsystemd0"
                + " libstdc++6; Fedora: dnf install libxcrypt-compat systemd-libs libstdc++)"
            : "read that file; the data are untouched";
    return new ProblemException(
        new Problem("embedded_server_failed", what + ": " + tail.strip(), log.toString(), remedy));
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
    } catch (IOException e) {
      return "(no log: " + FileFailure.reason(e) + ")";
    }
  }
}
