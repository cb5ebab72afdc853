package io.refkeeper.ingest;

import io.refkeeper.database.copy.EncodedRows;
import io.refkeeper.database.copy.KeptCopy;
import io.refkeeper.database.copy.OneCopy;
import io.refkeeper.database.copy.TextRows;
import io.refkeeper.fault.CrashPoint;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/** COPY and savepoints on the connection of the caller's transaction. */
final class CopyStream {

  private static final String SAVEPOINT = "refkeeper_copy";

  private final JdbcTemplate jdbc;

  CopyStream(DataSource target) {
    this.jdbc = new JdbcTemplate(target);
  }

  /**
   * Copies rows without the database's own checks of foreign keys, which the caller has proven; set
   * back at once, so that everything else is checked.
   *
   * @return the number of rows that the database has taken
   */
  long copyVerified(KeptCopy.Target target, EncodedRows rows) {
    run("set local session_replication_role = replica");
    long taken = copy(target, rows);
    run("set local session_replication_role = origin");
    return taken;
  }

  /**
   * Copies rows without the database's own checks of foreign keys, and leaves the COPY open for
   * what comes next; the connection ends it before anything else is asked of it.
   */
  void keepCopyingVerified(KeptCopy.Target target, EncodedRows rows) {
    onConnection(
        connection -> {
          connection.unwrap(KeptCopy.class).send(target, rows);
          return 0L;
        });
  }

  /**
   * Copies rows.
   *
   * @return the number of rows that the database has taken
   */
  long copy(KeptCopy.Target target, EncodedRows rows) {
    return onConnection(
        connection -> {
          long[] taken = {0};
          rows.send(
              (format, bytes, length, size) ->
                  taken[0] +=
                      OneCopy.run(connection, target.statement(format), format, bytes, length));
          return taken[0];
        });
  }

  /** Copies rows by a statement of the caller's. */
  void copy(String statement, TextRows rows) {
    onConnection(connection -> OneCopy.run(connection, statement, rows));
  }

  private long onConnection(ConnectionCallback<Long> work) {
    Long rows = jdbc.execute(work);
    return rows == null ? 0 : rows;
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
