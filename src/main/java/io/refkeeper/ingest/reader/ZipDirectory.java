package io.refkeeper.ingest.reader;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * How large a zip file's central directory claims to be (PKWARE APPNOTE 4.3.14 to 4.3.16). {@link
 * java.util.zip.ZipFile} reads all of it into memory as soon as it opens a file, beside an array
 * for as many entries as are claimed, so both have to be known before.
 */
final class ZipDirectory {

  private static final int END = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_LENGTH = 56;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_LENGTH = 20;
  private static final int MAX_COMMENT = 0xffff;
  private static final long UNKNOWN = 0xffff_ffffL;
  private static final int UNKNOWN_COUNT = 0xffff;

  /** Bytes of an entry in the directory, without its name. */
  private static final int ENTRY_LENGTH = 46;

  private ZipDirectory() {}

  /**
   * The directory's size in bytes by the file's end records; by the largest of them when there seem
   * to be several, because programs differ on which one counts. 0: there is none.
   */
  static long size(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long start = Math.max(0, channel.size() - END_LENGTH - MAX_COMMENT - LOCATOR_64_LENGTH);
      ByteBuffer tail = read(channel, start, (int) (channel.size() - start));
      long size = 0;
      for (int i = tail.limit() - END_LENGTH; i >= 0; i--) {
        if (tail.getInt(i) == END) {
          long claimed = Integer.toUnsignedLong(tail.getInt(i + 12));
          long offset = Integer.toUnsignedLong(tail.getInt(i + 16));
          int entries = Short.toUnsignedInt(tail.getShort(i + 10));
          boolean is64 = claimed == UNKNOWN || offset == UNKNOWN || entries == UNKNOWN_COUNT;
          size = Math.max(size, is64 ? size64(channel, tail, i) : claimed);
        }
      }
      return size;
    }
  }

  private static long size64(FileChannel channel, ByteBuffer tail, int end) throws IOException {
    int locator = end - LOCATOR_64_LENGTH;
    if (locator < 0 || tail.getInt(locator) != LOCATOR_64) {
      return UNKNOWN;
    }
    long at = tail.getLong(locator + 8);
    if (at < 0 || at > channel.size() - END_64_LENGTH) {
      return UNKNOWN;
    }
    ByteBuffer record = read(channel, at, END_64_LENGTH);
    long claimed = record.getLong(40);
    long entries = record.getLong(32);
    boolean possible = claimed >= 0 && entries >= 0 && entries <= claimed / ENTRY_LENGTH;
    return record.getInt(0) == END_64 && possible ? claimed : UNKNOWN;
  }

  private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new EOFException("The file became shorter while it was read");
      }
    }
    return bytes.flip();
  }
}
