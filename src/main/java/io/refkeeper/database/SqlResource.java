package io.refkeeper.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** SQL that is long enough for a file of its own, under {@code sql/} on the class path. */
public final class SqlResource {

  private SqlResource() {}

  /** The text of {@code sql/<name>.sql}. */
  public static String read(String name) {
    return readPath("/sql/" + name + ".sql");
  }

  /** The text of any resource. */
  static String readPath(String path) {
    try (InputStream in = SqlResource.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("No such resource: " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
