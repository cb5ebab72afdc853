package io.refkeeper.config;

/**
 * A database that authoritative rows are read from.
 *
 * @param type {@code mysql} or {@code postgres}
 * @param password from the environment only; never printed
 * @param tls whether the connection is encrypted, and the server's certificate verified
 */
public record SourceConnection(
    String name,
    String type,
    String host,
    int port,
    String database,
    String user,
    String password,
    Tls tls) {

  /**
   * How the server is trusted: encrypted and verified (required), encrypted if it can but not
   * verified (preferred), or plain.
   */
  public enum Tls {
    REQUIRED,
    PREFERRED,
    DISABLED
  }

  @Override
  public String toString() {
    return "%s (%s at %s:%d/%s)".formatted(name, type, host, port, database);
  }
}
