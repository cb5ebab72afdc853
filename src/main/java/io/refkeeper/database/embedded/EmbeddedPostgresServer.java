package io.refkeeper.database.embedded;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A share of the PostgreSQL server kept in {@code <data>/postgres}: durable, on the loopback
 * interface only, with a password that only the owner of the folder can read.
 *
 * <p>All processes on a folder share one server: the first starts it, the last stops it. Sorting
 * follows Chinese (pinyin) unless a column says otherwise.
 */
public final class EmbeddedPostgresServer implements AutoCloseable {

  private final ServerFolder folder;
  private final SharedServer share;

  private EmbeddedPostgresServer(ServerFolder folder, SharedServer share) {
    this.folder = folder;
    this.share = share;
  }

  /**
   * Attaches to the server, starting it first if need be (about 3 s the first time, else 0.2 s).
   *
   * @param data the data folder; the server uses {@code postgres} in it
   * @param binaries where its programs are unpacked; may be shared by several data folders
   */
  public static EmbeddedPostgresServer start(Path data, Path binaries) {
    ServerFolder folder = folder(data);
    ServerProcess process = new PostgresProcess(folder, binaries.toAbsolutePath().normalize());
    return new EmbeddedPostgresServer(folder, SharedServer.join(folder.path(), process));
  }

  /** Deletes its data; see {@link EmbeddedServers#discard}. */
  static void discard(Path data, Path binaries) {
    ServerFolder folder = folder(data);
    SharedServer.discard(
        folder.path(), new PostgresProcess(folder, binaries.toAbsolutePath().normalize()));
  }

  private static ServerFolder folder(Path data) {
    return new ServerFolder(data.toAbsolutePath().normalize().resolve("postgres"));
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + folder.port() + "/" + PostgresProcess.DATABASE;
  }

  /** The superuser, who owns the database. */
  public String user() {
    return PostgresProcess.ACCOUNT;
  }

  public String password() {
    return folder.password(PostgresProcess.ACCOUNT);
  }

  /** The folder of its data, its log and its passwords. */
  public Path path() {
    return folder.path();
  }

  public String database() {
    return PostgresProcess.DATABASE;
  }

  public int port() {
    return folder.port();
  }

  /** The file that holds nothing but the superuser's password; readable by its owner only. */
  public Path passwordFile() {
    return folder.passwordFile(PostgresProcess.ACCOUNT);
  }

  /** Whether a data folder has such a server, running or not. */
  public static boolean exists(Path data) {
    return Files.isDirectory(folder(data).data());
  }

  @Override
  public void close() {
    share.close();
  }
}
