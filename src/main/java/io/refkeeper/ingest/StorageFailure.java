package io.refkeeper.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * refkeeper cannot write its own files: the disk is full, read-only or gone. Nothing is wrong with
 * the delivered file, which therefore waits.
 */
final class StorageFailure extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  StorageFailure(String message, IOException cause) {
    super("%s: %s".formatted(message, cause), cause);
  }
}
