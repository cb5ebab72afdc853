package io.refkeeper.database.copy;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** A COPY from its beginning to its end. */
public final class OneCopy {

  /** Bytes of a message: the server reads it whole before it looks at its first row. */
  static final int MESSAGE = 1 << 16;

  private OneCopy() {}

  /**
   * Copies rows.
   *
   * @param length of the rows in bytes
   * @return the number of rows that the database has taken
   */
  public static long run(
      Connection connection, String statement, CopyFormat format, byte[] rows, int length)
      throws SQLException {
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement);
    try {
      format.begin(copy);
      for (int i = 0; i < length; i += MESSAGE) {
        copy.writeToCopy(rows, i, Math.min(MESSAGE, length - i));
      }
      format.end(copy);
      return copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /** Copies rows in the binary format. */
  public static long run(Connection connection, String statement, BinaryRows rows)
      throws SQLException {
    return run(connection, statement, CopyFormat.BINARY, rows.bytes(), rows.length());
  }

  /** Copies rows in the text format. */
  public static long run(Connection connection, String statement, TextRows rows)
      throws SQLException {
    return run(connection, statement, CopyFormat.TEXT, rows.bytes(), rows.length());
  }
}
