package io.refkeeper.ingest.reader;

import java.util.List;

/**
 * The rows of one file, in file order. Memory does not grow with the number of rows. Used by one
 * thread; only {@link #bytesRead()} may be asked by another.
 */
public interface RowReader extends AutoCloseable {

  /** The column names, NFC-normalised and trimmed; empty when the file has no header row. */
  List<String> header();

  /**
   * The next row that is not blank, or null at the end.
   *
   * @throws FileRejectedException when the file cannot be read any further
   */
  SourceRow next();

  /**
   * The next row as bytes, when it is there as such; else null: ask {@link #next}. It stays the
   * next one until it is taken or {@link #next} is asked.
   */
  default PlainRecord peekPlain() {
    return null;
  }

  /**
   * The SHA-256 of the bytes that the rows came from, in lower-case hex, after {@link #next} has
   * returned null; null: the file is not read from its first byte to its last.
   */
  default String contentSha256() {
    return null;
  }

  /** Bytes read so far, in the unit of {@link #totalBytes()}; for a progress bar. */
  long bytesRead();

  /** Bytes to read in all; for a workbook a guess. */
  long totalBytes();

  @Override
  void close();
}
