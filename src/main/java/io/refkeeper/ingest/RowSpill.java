package io.refkeeper.ingest;

import io.refkeeper.ingest.reader.SourceRow;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.UUID;

/**
 * Rows on disk, in the order in which they came. Most values of a row are texts of its source as
 * they are; these are stored once. Numbers are stored in groups of seven bits, the lowest first.
 */
final class RowSpill implements AutoCloseable {

  private static final int BUFFER = 1 << 18;
  private static final int LONGEST_NUMBER = 10;

  /** So many rows are searched for the source of a column's value before it is given up. */
  private static final int SEARCHED_ROWS = 100;

  private final Path folder;
  private final FileChannel file;
  private byte[] buffer = new byte[BUFFER];
  private int length;
  private long rows;

  /** By value: the source's value that it is a copy of in most rows; -1: none is known. */
  private int[] copyOf = {};

  /**
   * Makes an empty file that has no name any more once it is open: a killed process leaves none
   * behind.
   *
   * @throws StorageFailure when that is not possible
   */
  RowSpill(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      this.file =
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

  /** Appends a row; not while it is read. */
  void add(FactRow row) {
    String[] source = row.source().values();
    String[] values = row.values();
    number(row.line());
    text(row.source().sheet(), 0);
    number(source.length);
    for (String text : source) {
      text(text, 0);
    }
    if (copyOf.length != values.length) {
      copyOf = new int[values.length];
      Arrays.fill(copyOf, -1);
    }
    number(values.length);
    for (int i = 0; i < values.length; i++) {
      int original = original(i, values[i], source);
      if (original >= 0) {
        number(1 + original);
      } else {
        text(values[i], source.length);
      }
    }
    rows++;
  }

  /** The source's value of which this one is a copy; -1: it has to be stored. */
  private int original(int column, String value, String[] source) {
    if (value == null) {
      return -1;
    }
    int usual = copyOf[column];
    if (usual < 0 && rows < SEARCHED_ROWS && !value.isEmpty()) {
      usual = Arrays.asList(source).indexOf(value);
      copyOf[column] = usual;
    }
    return usual >= 0 && usual < source.length && value.equals(source[usual]) ? usual : -1;
  }

  /** 0: null; up to {@code taken}: said otherwise; else the number of bytes, then these. */
  private void text(String text, int taken) {
    if (text == null) {
      number(0);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(1L + taken + bytes.length);
    if (length + bytes.length > buffer.length) {
      flush();
    }
    if (bytes.length > buffer.length) {
      write(ByteBuffer.wrap(bytes));
      return;
    }
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
  }

  private void number(long number) {
    if (length + LONGEST_NUMBER > buffer.length) {
      flush();
    }
    long rest = number;
    while (rest >= 128) {
      buffer[length++] = (byte) (rest | 128);
      rest >>>= 7;
    }
    buffer[length++] = (byte) rest;
  }

  private void flush() {
    write(ByteBuffer.wrap(buffer, 0, length));
    length = 0;
  }

  private void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      throw new StorageFailure("Rows that wait cannot be kept in " + folder, e);
    }
  }

  /** All rows; one iteration after the other. */
  Iterator<FactRow> rows() {
    flush();
    return new Rows();
  }

  private final class Rows implements Iterator<FactRow> {
    private final byte[] bytes = new byte[BUFFER];
    private int position;
    private int limit;
    private long offset;
    private long unread = rows;

    @Override
    public boolean hasNext() {
      return unread > 0;
    }

    @Override
    public FactRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      unread--;
      try {
        long line = number();
        String sheet = text(number() - 1);
        String[] source = new String[(int) number()];
        for (int i = 0; i < source.length; i++) {
          source[i] = text(number() - 1);
        }
        String[] values = new String[(int) number()];
        for (int i = 0; i < values.length; i++) {
          long n = number();
          values[i] =
              n > 0 && n <= source.length
                  ? source[(int) n - 1]
                  : text(n - 1 - (n == 0 ? 0 : source.length));
        }
        return new FactRow(new SourceRow(line, sheet, source, null), values);
      } catch (IOException e) {
        throw new StorageFailure("Rows that waited cannot be read back", e);
      }
    }

    private String text(long size) throws IOException {
      if (size < 0) {
        return null;
      }
      if (size > bytes.length) {
        byte[] large = new byte[(int) size];
        int there = Math.min(large.length, limit - position);
        System.arraycopy(bytes, position, large, 0, there);
        position += there;
        ByteBuffer rest = ByteBuffer.wrap(large, there, large.length - there);
        while (rest.hasRemaining()) {
          read(rest);
        }
        return new String(large, StandardCharsets.UTF_8);
      }
      require((int) size);
      String text = new String(bytes, position, (int) size, StandardCharsets.UTF_8);
      position += (int) size;
      return text;
    }

    private long number() throws IOException {
      long number = 0;
      for (int shift = 0; ; shift += 7) {
        require(1);
        byte b = bytes[position++];
        number |= (b & 127L) << shift;
        if (b >= 0) {
          return number;
        }
      }
    }

    /** Reads on until so many bytes are there. */
    private void require(int size) throws IOException {
      if (limit - position >= size) {
        return;
      }
      System.arraycopy(bytes, position, bytes, 0, limit - position);
      limit -= position;
      position = 0;
      while (limit < size) {
        ByteBuffer room = ByteBuffer.wrap(bytes, limit, bytes.length - limit);
        read(room);
        limit = room.position();
      }
    }

    private void read(ByteBuffer into) throws IOException {
      int n = file.read(into, offset);
      if (n < 0) {
        throw new EOFException("the spill file in " + folder + " is cut off");
      }
      offset += n;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove the spill file in " + folder, e);
    }
  }
}
