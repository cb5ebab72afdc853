package io.refkeeper.database.copy;

import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/**
 * How the rows of a COPY are written; see "File Formats" in PostgreSQL's documentation of COPY.
 * Neither has a line of column names.
 */
public enum CopyFormat {
  TEXT("format text, encoding 'UTF8'", new byte[0], new byte[0]),

  /** Its texts are in the connection's encoding, which for pgjdbc is always UTF-8. */
  BINARY(
      "format binary",
      new byte[] {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
      },
      new byte[] {(byte) 0xff, (byte) 0xff});

  private final String options;
  private final byte[] header;
  private final byte[] trailer;

  CopyFormat(String options, byte[] header, byte[] trailer) {
    this.options = options;
    this.header = header;
    this.trailer = trailer;
  }

  /** What stands behind WITH in the statement. */
  public String options() {
    return options;
  }

  /** Sends what stands in front of the first row. */
  void begin(CopyIn copy) throws SQLException {
    copy.writeToCopy(header, 0, header.length);
  }

  /** Sends what stands behind the last row. */
  void end(CopyIn copy) throws SQLException {
    copy.writeToCopy(trailer, 0, trailer.length);
  }
}
