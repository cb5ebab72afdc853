package io.refkeeper.database.embedded;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A share of the MariaDB server kept in {@code <data>/legacy-mysql}: the demo's legacy MySQL, with
 * the database {@code legacy}. Shared like {@link EmbeddedPostgresServer}.
 */
public final class EmbeddedMariaDb implements AutoCloseable {

  private final ServerFolder folder;
  private final SharedServer share;

  private EmbeddedMariaDb(ServerFolder folder, SharedServer share) {
    this.folder = folder;
    this.share = share;
  }

  /**
   * Attaches to the server, starting it first if need be (about 6 s the first time, else 1 s).
   *
   * @param data the data folder; the server uses {@code legacy-mysql} in it
   * @param binaries where its programs are unpacked; may be shared by several data folders
   */
  public static EmbeddedMariaDb start(Path data, Path binaries) {
    ServerFolder folder = folder(data);
    ServerProcess process = new MariaDbProcess(folder, binaries.toAbsolutePath().normalize());
    return new EmbeddedMariaDb(folder, SharedServer.join(folder.path(), process));
  }

  /** Deletes its data; see {@link EmbeddedServers#discard}. */
  static void discard(Path data, Path binaries) {
    ServerFolder folder = folder(data);
    SharedServer.discard(
        folder.path(), new MariaDbProcess(folder, binaries.toAbsolutePath().normalize()));
  }

  private static ServerFolder folder(Path data) {
    return new ServerFolder(data.toAbsolutePath().normalize().resolve("legacy-mysql"));
  }

  public String jdbcUrl() {
    return "jdbc:mysql://127.0.0.1:" + folder.port() + "/" + MariaDbProcess.DATABASE;
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return folder.port();
  }

  /** Whether a data folder holds such a server, running or not. */
  public static boolean exists(Path data) {
    return Files.isDirectory(folder(data).path());
  }

  /** Who may do everything: create databases, fill tables, grant. */
  public String owner() {
    return MariaDbProcess.OWNER;
  }

  public String ownerPassword() {
    return folder.password(MariaDbProcess.OWNER);
  }

  /** Who may only SELECT, from what the owner grants: the account for a sync. */
  public String reader() {
    return MariaDbProcess.READER;
  }

  public String readerPassword() {
    return folder.password(MariaDbProcess.READER);
  }

  @Override
  public void close() {
    share.close();
  }
}
