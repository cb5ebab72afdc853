package io.refkeeper.database.copy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A COPY that stays open from one batch of rows to the next, so that the server goes on with its
 * rows while the next batch is made. The connection can do nothing else meanwhile; therefore
 * whoever calls it, for whatever, finds the COPY ended: nobody has to remember it. Only a result
 * set that is read in portions asks the server behind the connection's back; while one is open,
 * rows are copied by {@link #copy}. Used by the connection's thread only.
 *
 * <p>Where the caller has proven the foreign keys, the database's own checks of them are switched
 * off with the COPY's begin and on again with its end.
 */
public final class KeptCopy {

  /** Bytes after which a COPY ends: about a second's work of the server. */
  private static final long MOST_BYTES = 64 << 20;

  /**
   * Nanoseconds after which a COPY ends with the next rows, that no time-out of statements hits it.
   */
  private static final long LONGEST = 1_000_000_000;

  private final Connection connection;
  private CopyIn copy;
  private Target target;
  private CopyFormat format;
  private long bytes;
  private long opened;
  private long rows;

  private KeptCopy(Connection connection) {
    this.connection = connection;
  }

  /** The connections of a data source, able to keep a COPY open. */
  public static DataSource connectionsOf(DataSource source) {
    return new DelegatingDataSource(source) {
      @Override
      public Connection getConnection() throws SQLException {
        return over(source.getConnection());
      }

      @Override
      public Connection getConnection(String user, String password) throws SQLException {
        return over(source.getConnection(user, password));
      }
    };
  }

  /** Where rows go. */
  public interface Target {
    String statement(CopyFormat format);

    /** Whether the database need not check the foreign keys of the rows. */
    boolean foreignKeysProven();

    /** What is to be said when the database takes fewer rows than it was sent. */
    RuntimeException rowsDropped(long sent, long stored);
  }

  private static Connection over(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            KeptCopy.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new KeptCopy(connection)::call);
  }

  /** Any call of the connection: it waits for the end of the COPY, or gives it up. */
  private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "equals" -> {
        return proxy == arguments[0];
      }
      case "hashCode" -> {
        return System.identityHashCode(proxy);
      }
      case "unwrap" -> {
        if (arguments[0] == KeptCopy.class) {
          return this;
        }
        end();
      }
      case "isWrapperFor" -> {
        return arguments[0] == KeptCopy.class || connection.isWrapperFor((Class<?>) arguments[0]);
      }
      case "isClosed", "toString", "abort" -> {
        // tell nothing to the server; the last may come from another thread
      }
      case "rollback", "close" -> giveUp();
      default -> end();
    }
    try {
      return method.invoke(connection, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /**
   * Sends rows to the COPY that is open, or opens one. That the database has taken all of them is
   * certain only with the connection's next call.
   *
   * @throws SQLException when the server has refused rows, these or earlier ones
   */
  public void send(Target to, EncodedRows encoded) throws SQLException {
    encoded.send((as, rowBytes, length, size) -> send(to, as, rowBytes, length, size));
  }

  /** Copies rows in the binary format, and leaves nothing open. */
  public void copy(Target to, BinaryRows encoded, long size) throws SQLException {
    send(to, encoded, size);
    end();
  }

  /**
   * Sends rows in the binary format; see {@link #send(Target, EncodedRows)}.
   *
   * @param size how many they are
   */
  public void send(Target to, BinaryRows encoded, long size) throws SQLException {
    send(to, CopyFormat.BINARY, encoded.bytes(), encoded.length(), size);
  }

  private void send(Target to, CopyFormat as, byte[] encoded, int length, long size)
      throws SQLException {
    if (copy != null && (as != format || !to.equals(target))) {
      end();
    }
    try {
      if (copy == null) {
        open(to, as);
      }
      for (int i = 0; i < length; i += OneCopy.MESSAGE) {
        copy.writeToCopy(encoded, i, Math.min(OneCopy.MESSAGE, length - i));
      }
      rows += size;
      bytes += length;
      if (bytes >= MOST_BYTES || System.nanoTime() - opened >= LONGEST) {
        end();
      }
    } catch (SQLException | RuntimeException e) {
      giveUp();
      throw e;
    }
  }

  private void open(Target to, CopyFormat as) throws SQLException {
    if (to.foreignKeysProven()) {
      run("set local session_replication_role = replica");
    }
    copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(to.statement(as));
    as.begin(copy);
    target = to;
    format = as;
    rows = 0;
    bytes = 0;
    opened = System.nanoTime();
  }

  private void end() throws SQLException {
    if (copy == null) {
      return;
    }
    long taken;
    try {
      format.end(copy);
      taken = copy.endCopy();
    } finally {
      giveUp();
    }
    if (target.foreignKeysProven()) {
      run("set local session_replication_role = origin");
    }
    if (taken != rows) {
      throw target.rowsDropped(rows, taken);
    }
  }

  /** Nothing is open afterwards. When this fails the connection is broken, as its caller sees. */
  private void giveUp() {
    CopyIn given = copy;
    copy = null;
    try {
      if (given != null && given.isActive()) {
        given.cancelCopy();
      }
    } catch (SQLException e) {
      // the transaction can only be rolled back now, which tells of a broken connection itself
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
