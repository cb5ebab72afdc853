package io.refkeeper.database.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process of its own that uses the embedded PostgreSQL of a folder until it is told to end. */
final class ServerUser implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private ServerUser(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  public static void main(String[] arguments) throws IOException {
    try (EmbeddedPostgresServer server =
        EmbeddedPostgresServer.start(Path.of(arguments[0]), Path.of(arguments[1]))) {
      System.out.println("using " + server.jdbcUrl());
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }
    System.out.println("left");
  }

  static ServerUser launch(Path data, Path binaries) throws IOException {
    return new ServerUser(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerUser.class.getName(),
                data.toString(),
                binaries.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Waits until it has attached; the URL that it uses. */
  String url() throws IOException {
    String line = output.readLine();
    if (line == null || !line.startsWith("using ")) {
      throw new IllegalStateException("The process did not attach: " + line);
    }
    return line.substring("using ".length());
  }

  void leave() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (process.waitFor() != 0 || !"left".equals(output.readLine())) {
      throw new IllegalStateException("The process did not leave cleanly");
    }
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
