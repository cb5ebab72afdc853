package io.refkeeper.database.embedded;

import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.io.FileUtils;

/**
 * One process's share of a server: the first that joins starts it, the last that leaves stops it.
 *
 * <p>Two files hold the operating system's locks, which end with their process, however it ends:
 * {@code lock} (exclusive) is held while the server is started or stopped; {@code users} (shared)
 * as long as a process uses the server. Whoever gets {@code users} exclusively was the last. A Java
 * process can join a folder once: POSIX locks belong to the process.
 */
final class SharedServer implements AutoCloseable {

  private final Path folder;
  private final ServerProcess server;
  private FileChannel users;

  private SharedServer(Path folder, ServerProcess server) {
    this.folder = folder;
    this.server = server;
  }

  /** Attaches to the server, starting it first if nobody has. A failure leaves nothing running. */
  static SharedServer join(Path folder, ServerProcess server) {
    createPrivately(folder, server);
    SharedServer share = new SharedServer(folder, server);
    try (FileChannel election = open(folder.resolve("lock"))) {
      election.lock();
      share.users = open(folder.resolve("users"));
      try {
        share.users.lock(0, Long.MAX_VALUE, true);
        if (!server.isRunning()) {
          server.start();
        }
      } catch (IOException | RuntimeException e) {
        uninterrupted(share::leave);
        throw e;
      }
      return share;
    } catch (IOException e) {
      throw unusable(folder, server, e);
    }
  }

  /**
   * Deletes the folder, after stopping a server that killed processes have left running.
   *
   * @throws ProblemException {@code data_folder_in_use} when a process uses the server
   */
  static void discard(Path folder, ServerProcess server) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (FileChannel election = open(folder.resolve("lock"))) {
      election.lock();
      try (FileChannel alone = open(folder.resolve("users"))) {
        if (alone.tryLock() == null) {
          throw new ProblemException(
              new Problem(
                  "data_folder_in_use",
                  "Another refkeeper uses " + server.name() + " in this folder.",
                  folder.toString(),
                  "wait for its end, or stop it"));
        }
        server.stop();
      }
      FileUtils.deleteDirectory(folder.toFile());
    } catch (IOException e) {
      throw unusable(folder, server, e);
    }
  }

  /** Leaves; stops the server if no other process uses it. Works in an interrupted thread, too. */
  @Override
  public synchronized void close() {
    uninterrupted(
        () -> {
          if (users != null) {
            try (FileChannel election = open(folder.resolve("lock"))) {
              election.lock();
              leave();
            }
          }
        });
  }

  /** Whoever calls this holds {@code lock}. */
  private void leave() throws IOException {
    users.close();
    users = null;
    try (FileChannel alone = open(folder.resolve("users"))) {
      if (alone.tryLock() != null) {
        server.stop();
      }
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  /** An interrupt closes a channel that is being locked; the way out must not depend on that. */
  private static void uninterrupted(Step step) {
    boolean interrupted = Thread.interrupted();
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void createPrivately(Path folder, ServerProcess server) {
    try {
      Files.createDirectories(folder);
      requireOwner(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw unusable(folder, server, e);
    }
  }

  /** Root may write everywhere, but its server must not leave files in another user's data. */
  private static void requireOwner(Path folder) throws IOException {
    Path mine = Files.createTempFile(folder, "owner", "");
    try {
      if (!Files.getOwner(mine).equals(Files.getOwner(folder))) {
        throw new FileSystemException(
            folder.toString(), null, "it belongs to the user " + Files.getOwner(folder));
      }
    } finally {
      Files.delete(mine);
    }
  }

  private static ProblemException unusable(Path folder, ServerProcess server, IOException cause) {
    return new ProblemException(
        new Problem(
            "data_folder_unusable",
            "The data folder of "
                + server.name()
                + " cannot be used: "
                + FileFailure.reasonAndPath(cause)
                + ".",
            folder.toString(),
            "run refkeeper as the user who owns that folder, free the disk if it is full, or set"
                + " REFKEEPER_DATA to a folder of your own"),
        cause);
  }
}
