package io.refkeeper.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * What a file looked like when its load began.
 *
 * @param size in bytes
 */
record Fingerprint(long size, FileTime modified) {

  static Fingerprint of(Path file) {
    try {
      return new Fingerprint(Files.size(file), Files.getLastModifiedTime(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether somebody has written to the file since. */
  boolean isStale(Path file) {
    return !of(file).equals(this);
  }
}
