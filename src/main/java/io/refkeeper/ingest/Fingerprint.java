package io.refkeeper.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a file was when its load began.
 *
 * @param sha256 of its content, in lower-case hex
 */
record Fingerprint(String sha256, long size, FileTime modified) {

  static Fingerprint of(Path file) {
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      long size = 0;
      try (InputStream in = Files.newInputStream(file)) {
        byte[] buffer = new byte[1 << 16];
        int n;
        while ((n = in.read(buffer)) > 0) {
          digest.update(buffer, 0, n);
          size += n;
        }
      }
      return new Fingerprint(HexFormat.of().formatHex(digest.digest()), size, modified);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Whether somebody has written to the file since. */
  boolean isStale(Path file) {
    try {
      return Files.size(file) != size || !Files.getLastModifiedTime(file).equals(modified);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
