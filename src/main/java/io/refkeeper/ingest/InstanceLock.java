package io.refkeeper.ingest;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A session-level advisory lock that tells others that this instance is alive. It goes with the
 * connection that holds it, so a killed process frees it.
 */
public final class InstanceLock implements AutoCloseable {

  /** The key space of the instances' advisory locks; the second key is the name's hash. */
  private static final int INSTANCE_LOCK = 7303;

  private final DataSource target;
  private Connection holder;

  public InstanceLock(DataSource target) {
    this.target = target;
  }

  /** Takes the lock of an instance and keeps it until {@link #close()}. */
  public void hold(String instance) {
    try {
      holder = target.getConnection();
      try (PreparedStatement statement =
          holder.prepareStatement("select pg_advisory_lock(?, hashtext(?))")) {
        statement.setInt(1, INSTANCE_LOCK);
        statement.setString(2, instance);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The instance's lock cannot be taken", e);
    }
  }

  /** Whether no live process is that instance. */
  boolean isFree(String instance) {
    return JdbcClient.create(target)
        .sql(
            """
            select not exists (
              select 1 from pg_locks
              where locktype = 'advisory' and classid = ?::oid and objid = hashtext(?)::bit(32)::bigint::oid
                and database = (select oid from pg_database where datname = current_database()))
            """)
        .params(INSTANCE_LOCK, instance)
        .query(Boolean.class)
        .single();
  }

  @Override
  public void close() {
    try {
      if (holder != null) {
        // the pool keeps the session alive, and the lock would stay with it
        try (PreparedStatement statement =
            holder.prepareStatement("select pg_advisory_unlock_all()")) {
          statement.execute();
        }
        holder.close();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The instance's lock was not freed", e);
    }
  }
}
