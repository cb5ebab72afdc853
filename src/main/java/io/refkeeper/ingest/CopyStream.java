package io.refkeeper.ingest;

import io.refkeeper.database.KeptCopy;
import io.refkeeper.fault.CrashPoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/** COPY and savepoints on the connection of the caller's transaction. */
final class CopyStream {

  private static final String SAVEPOINT = "refkeeper_copy";

  /** Bytes of a message: the server reads it whole before it looks at its first row. */
  private static final int MESSAGE = 1 << 16;

  private final JdbcTemplate jdbc;

  CopyStream(DataSource target) {
    this.jdbc = new JdbcTemplate(target);
  }

  /**
   * Copies the buffer without the database's own checks of foreign keys, which the caller has
   * proven; set back at once, so that everything else is checked.
   *
   * @return the number of rows that the database has taken
   */
  long copyVerified(String copyStatement, CopyBuffer buffer) {
    run("set local session_replication_role = replica");
    long rows = copy(copyStatement, buffer);
    run("set local session_replication_role = origin");
    return rows;
  }

  /**
   * Copies the buffer without the database's own checks of foreign keys, and leaves the COPY open
   * for what comes next; the connection ends it before anything else is asked of it.
   *
   * @param rows in the buffer
   */
  void keepCopyingVerified(KeptCopy.Target target, CopyBuffer buffer, long rows) {
    jdbc.execute(
        (ConnectionCallback<Void>)
            connection -> {
              connection.unwrap(KeptCopy.class).send(target, buffer.bytes(), buffer.length(), rows);
              return null;
            });
  }

  /**
   * Copies the buffer.
   *
   * @return the number of rows that the database has taken
   */
  long copy(String copyStatement, CopyBuffer buffer) {
    Long rows =
        jdbc.execute(
            (ConnectionCallback<Long>) connection -> copy(connection, copyStatement, buffer));
    return rows == null ? 0 : rows;
  }

  private static long copy(Connection connection, String copyStatement, CopyBuffer buffer)
      throws SQLException {
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copyStatement);
    try {
      for (int i = 0; i < buffer.length(); i += MESSAGE) {
        copy.writeToCopy(buffer.bytes(), i, Math.min(MESSAGE, buffer.length() - i));
      }
      return copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  void savepoint() {
    run("savepoint " + SAVEPOINT);
    CrashPoint.SAVEPOINT_SET.pass();
  }

  void release() {
    run("release savepoint " + SAVEPOINT);
  }

  void rollbackToSavepoint() {
    run("rollback to savepoint " + SAVEPOINT);
    run("release savepoint " + SAVEPOINT);
  }

  private void run(String statement) {
    jdbc.execute(
        (ConnectionCallback<Void>)
            connection -> {
              try (Statement s = connection.createStatement()) {
                s.execute(statement);
              }
              return null;
            });
  }
}
