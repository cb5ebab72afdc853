package io.refkeeper.faults;

import io.refkeeper.fault.CrashPoint;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process with an instance of the service; see {@link ChildMain}. */
final class Child implements AutoCloseable {

  private final Process process;
  private final Path log;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a process that halts at a crash point.
   *
   * @param end null: it does not halt
   * @param fileBlocks the largest file that it may write, in blocks of 512 bytes; 0: no limit
   */
  static Child start(World world, CrashPoint end, int passing, int fileBlocks) {
    try {
      Path log = Files.createTempFile(world.home, "child-", ".log");
      List<String> command = new ArrayList<>();
      if (fileBlocks > 0) {
        command.addAll(List.of("sh", "-c", "ulimit -f " + fileBlocks + "; exec \"$0\" \"$@\""));
      }
      command.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-XX:-UsePerfData",
              "-Duser.timezone=UTC",
              "-Dfile.encoding=UTF-8",
              "-Drefkeeper.crash-points=true",
              "-cp",
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
              ChildMain.class.getName(),
              world.home.toString(),
              world.environment().get("REFKEEPER_DB_URL"),
              end == null ? "-" : end.name(),
              Integer.toString(passing)));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  fileBlocks > 0
                      ? ProcessBuilder.Redirect.DISCARD
                      : ProcessBuilder.Redirect.to(log.toFile()))
              .directory(new File("").getAbsoluteFile())
              .start();
      return new Child(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the halt. */
  void awaitHalt() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("The child has not passed its crash point:\n" + output());
      }
      if (process.exitValue() != ChildMain.HALTED) {
        throw new AssertionError("The child ended by itself:\n" + output());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted");
    }
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it, as kill -9 does. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
