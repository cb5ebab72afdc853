package io.refkeeper.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;

/**
 * Rows that wait for their parents until the end of the file. Beyond a bound they wait on disk, so
 * that a file full of unknown keys does not fill the heap. They come back in the order in which
 * they were added, as often as they are asked for.
 */
final class HeldRows implements AutoCloseable {

  /** Bytes beyond which rows wait on disk, however few they are. */
  private static final int BYTES_IN_MEMORY = 8 << 20;

  /** Bytes that are written at once, and read. */
  private static final int BUFFER = 1 << 18;

  /** Bytes after which a group ends, however few its rows are. */
  private static final int GROUP_BYTES = 4 << 20;

  private final int rowsInMemory;
  private final Path folder;
  private final HeldBlock memory = new HeldBlock();
  private FileChannel file;

  /**
   * @param folder for the file of rows, made when it is needed
   */
  HeldRows(int rowsInMemory, Path folder) {
    this.rowsInMemory = rowsInMemory;
    this.folder = folder;
  }

  /** Appends rows; not while they are read. */
  void add(List<FactRow> rows) {
    for (FactRow row : rows) {
      memory.add(row);
      spill();
    }
  }

  /** Appends rows; not while they are read. */
  void add(HeldBlock rows) {
    memory.add(rows);
    spill();
  }

  private void spill() {
    if (file == null && (memory.rows() > rowsInMemory || memory.length() > BYTES_IN_MEMORY)) {
      open();
    }
    if (file != null && memory.length() >= BUFFER) {
      flush();
    }
  }

  /**
   * Makes an empty file that has no name any more once it is open: a killed process leaves none.
   */
  private void open() {
    try {
      Files.createDirectories(folder);
      file =
          FileChannel.open(
              folder.resolve("held-" + UUID.randomUUID() + ".spill"),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw new StorageFailure("Rows that wait cannot be kept in " + folder, e);
    }
  }

  private void flush() {
    ByteBuffer bytes = ByteBuffer.wrap(memory.bytes(), 0, memory.length());
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      throw new StorageFailure("Rows that wait cannot be kept in " + folder, e);
    }
    memory.clear();
  }

  /** All rows; after the last {@link #add}, and one iteration after the other. */
  HeldCursor cursor() {
    if (file == null) {
      return new HeldCursor(memory.bytes(), memory.length(), (into, offset) -> 0);
    }
    flush();
    return new HeldCursor(new byte[BUFFER], 0, new OnDisk());
  }

  private final class OnDisk implements HeldCursor.Source {
    private long position;

    @Override
    public int read(byte[] into, int offset) {
      try {
        int n = file.read(ByteBuffer.wrap(into, offset, into.length - offset), position);
        position += Math.max(0, n);
        return Math.max(0, n);
      } catch (IOException e) {
        throw new StorageFailure("Rows that waited cannot be read back", e);
      }
    }
  }

  /** The rows in groups; after the last {@link #add}, and one iteration after the other. */
  Iterator<List<FactRow>> groups(int rowsPerGroup) {
    return new Groups(rowsPerGroup, cursor());
  }

  private static final class Groups implements Iterator<List<FactRow>> {
    private final int rowsPerGroup;
    private final HeldCursor rows;
    private boolean more;

    Groups(int rowsPerGroup, HeldCursor rows) {
      this.rowsPerGroup = rowsPerGroup;
      this.rows = rows;
      this.more = rows.next();
    }

    @Override
    public boolean hasNext() {
      return more;
    }

    @Override
    public List<FactRow> next() {
      if (!more) {
        throw new NoSuchElementException();
      }
      List<FactRow> group = new ArrayList<>();
      int size = 0;
      while (more && group.size() < rowsPerGroup && size < GROUP_BYTES) {
        group.add(rows.row());
        size += rows.size();
        more = rows.next();
      }
      return group;
    }
  }

  @Override
  public void close() {
    if (file == null) {
      return;
    }
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove the spill file in " + folder, e);
    }
  }
}
