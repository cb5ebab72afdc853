package io.refkeeper.ingest.reader;

/**
 * A record of a UTF-8 file as bytes: its fields hold nothing that has to be unquoted, escaped for
 * COPY or decoded to be checked. Valid until the next record is read.
 */
public interface PlainRecord {

  /** The physical line on which the record starts, from 1. */
  long line();

  /** Holds all fields. */
  byte[] bytes();

  /** Number of fields. */
  int size();

  /** Where a field begins in {@link #bytes}. */
  int start(int field);

  /** Where it ends, exclusively. */
  int end(int field);

  /** The reader goes on behind this record: it will not be handed out as a row. */
  void take();
}
