package io.refkeeper.ingest;

import io.refkeeper.problem.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * refkeeper cannot write its own files: the disk is full, read-only or gone. Nothing is wrong with
 * the delivered file, which therefore waits.
 */
final class StorageFailure extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param cause null when the message says it all
   */
  StorageFailure(String message, IOException cause) {
    super(
        cause == null ? message : "%s: %s".formatted(message, FileFailure.reasonAndPath(cause)),
        cause == null ? new IOException(message) : cause);
  }
}
