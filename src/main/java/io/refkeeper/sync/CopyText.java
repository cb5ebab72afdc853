package io.refkeeper.sync;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/** Writes rows in the text format of COPY, in blocks. Not thread-safe. */
final class CopyText {

  private static final int BLOCK = 1 << 16;

  private final CopyIn copy;
  private final StringBuilder block = new StringBuilder(BLOCK + 4096);

  CopyText(CopyIn copy) {
    this.copy = copy;
  }

  /** Adds a field; null is NULL. */
  CopyText field(String value) {
    if (!block.isEmpty() && block.charAt(block.length() - 1) != '\n') {
      block.append('\t');
    }
    if (value == null) {
      block.append("\\N");
    } else {
      escape(value);
    }
    return this;
  }

  private void escape(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> block.append("\\\\");
        case '\t' -> block.append("\\t");
        case '\n' -> block.append("\\n");
        case '\r' -> block.append("\\r");
        default -> block.append(c);
      }
    }
  }

  void endRow() throws SQLException {
    block.append('\n');
    if (block.length() >= BLOCK) {
      flush();
    }
  }

  void flush() throws SQLException {
    byte[] bytes = block.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    block.setLength(0);
  }
}
