package io.refkeeper.ingest;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A session-level advisory lock that tells others that this instance is alive. It goes with the
 * connection that holds it, so a killed process frees it, and a lost connection is to be replaced.
 */
public final class InstanceLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceLock.class);

  /** The key space of the instances' advisory locks; the second key is the name's hash. */
  private static final int INSTANCE_LOCK = 7303;

  private static final int SECONDS_TO_ANSWER = 5;

  private final DataSource target;
  private String instance;
  private Connection holder;

  public InstanceLock(DataSource target) {
    this.target = target;
  }

  /** Takes the lock of an instance and keeps it until {@link #close()}. */
  public synchronized void hold(String name) {
    instance = name;
    keep();
  }

  /**
   * Takes the lock again when its connection was lost. While the server still has the old session,
   * that one holds the lock, and nothing is to be done yet.
   *
   * @throws CannotGetJdbcConnectionException when the database is away
   */
  synchronized void keep() {
    if (instance == null) {
      return;
    }
    try {
      if (holder != null && holder.isValid(SECONDS_TO_ANSWER)) {
        return;
      }
      giveBack();
      Connection connection = target.getConnection();
      if (take(connection)) {
        holder = connection;
      } else {
        connection.close();
      }
    } catch (SQLException e) {
      throw new CannotGetJdbcConnectionException("The instance's lock cannot be taken", e);
    }
  }

  private boolean take(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select pg_try_advisory_lock(?, hashtext(?))")) {
      statement.setInt(1, INSTANCE_LOCK);
      statement.setString(2, instance);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Whether no live process is that instance. */
  boolean isFree(String name) {
    return JdbcClient.create(target)
        .sql(
            """
            select not exists (
              select 1 from pg_locks
              where locktype = 'advisory' and classid = ?::oid and objid = hashtext(?)::bit(32)::bigint::oid
                and database = (select oid from pg_database where datname = current_database()))
            """)
        .params(INSTANCE_LOCK, name)
        .query(Boolean.class)
        .single();
  }

  @Override
  public synchronized void close() {
    instance = null;
    giveBack();
  }

  private void giveBack() {
    if (holder == null) {
      return;
    }
    // the pool keeps the session alive, and the lock would stay with it
    try (Connection connection = holder;
        PreparedStatement statement =
            connection.prepareStatement("select pg_advisory_unlock_all()")) {
      statement.execute();
    } catch (SQLException e) {
      LOG.info("The connection that held the instance's lock is gone: {}", e.getMessage());
    }
    holder = null;
  }
}
