package io.refkeeper.database.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/** What an embedded server keeps: {@code data/}, its port, its passwords (mode 0600), its log. */
record ServerFolder(Path path) {

  Path data() {
    return path.resolve("data");
  }

  Path log() {
    return path.resolve("server.log");
  }

  Path commandLog() {
    return path.resolve("command.log");
  }

  /**
   * Makes {@code data/} with the given action, whole or not at all: it works on a folder of another
   * name, which is renamed at the end. What an interrupted attempt left is removed first.
   */
  void createData(Consumer<Path> action) {
    try {
      try (Stream<Path> entries = Files.list(path)) {
        for (Path left : entries.filter(p -> name(p).startsWith("data.new")).toList()) {
          FileUtils.deleteDirectory(left.toFile());
        }
      }
      Path fresh = path.resolve("data.new-" + ProcessHandle.current().pid());
      Files.createDirectory(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      action.accept(fresh);
      Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The password of that account, made up at the first call; the file is readable by its owner. */
  String password(String account) {
    Path file = path.resolve("password." + account);
    try {
      if (!Files.exists(file)) {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Path fresh =
            Files.createTempFile(
                path,
                "password",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path passwordFile(String account) {
    password(account);
    return path.resolve("password." + account);
  }

  /** The port used last, if it is free now; otherwise another free one, which is remembered. */
  int choosePort() {
    int port = Files.exists(portFile()) ? port() : 0;
    try {
      if (port == 0 || !isFree(port)) {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
          port = any.getLocalPort();
        }
        Files.writeString(portFile(), Integer.toString(port));
      }
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port that the server was last started on; 0 if it never was. */
  int port() {
    try {
      String text = Files.exists(portFile()) ? Files.readString(portFile()).strip() : "";
      return text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a process of that id lives and runs that program; ids are used again by others. */
  static boolean isAlive(String pid, String program) {
    return pid.strip().matches("\\d{1,9}")
        && ProcessHandle.of(Long.parseLong(pid.strip()))
            .filter(ProcessHandle::isAlive)
            .flatMap(p -> p.info().command()) // none: a zombie, or another user's
            .filter(command -> command.endsWith(program))
            .isPresent();
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // as the servers do: connections in TIME_WAIT are no obstacle
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (java.net.BindException e) {
      return false;
    }
  }

  private Path portFile() {
    return path.resolve("port");
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
