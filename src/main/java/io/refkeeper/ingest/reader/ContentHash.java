package io.refkeeper.ingest.reader;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a file's bytes as they were read, each once and in order, by whichever part of the
 * reader came to them first. Used by one thread.
 */
public final class ContentHash {

  private static final int BUFFER = 1 << 16;

  private final MessageDigest digest;
  private long hashed;

  ContentHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** The hash of a whole file, in lower-case hex. */
  public static String of(Path file) {
    ContentHash hash = new ContentHash();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        hash.add(buffer, 0, n, hash.hashed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return hash.sha256();
  }

  /**
   * Takes bytes that were read; what was taken before is left out.
   *
   * @param offset of the first of them in the file, not beyond what was taken before
   */
  void add(byte[] bytes, int start, int length, long offset) {
    if (offset > hashed) {
      throw new IllegalStateException("Bytes " + hashed + " to " + offset + " were never read");
    }
    int known = (int) Math.min(length, hashed - offset);
    digest.update(bytes, start + known, length - known);
    hashed += length - known;
  }

  /** In lower-case hex; ends the hashing. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
