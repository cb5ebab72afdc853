package io.refkeeper.ingest.reader;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Makes zip files, and what is taken for them, that no program would write. */
final class OddZip {

  /** The first bytes of an old workbook (MS-CFB 2.2). */
  static final Object[] OLE = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};

  private OddZip() {}

  static byte[] parts(int count) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put("p" + i, new byte[0]);
    }
    return XlsxFile.zip(entries);
  }

  static byte[] ole(String stream) {
    byte[] file = Arrays.copyOf(HostileFile.bytes("UTF-8", OLE), 4096);
    byte[] name = stream.getBytes(StandardCharsets.UTF_16LE);
    System.arraycopy(name, 0, file, 1152, name.length);
    return file;
  }

  static byte[] cut(byte[] whole, double share) {
    return Arrays.copyOf(whole, Math.min((int) (whole.length * share), whole.length - 1));
  }

  static byte[] behind(byte[] file, byte[] more) {
    byte[] all = Arrays.copyOf(file, file.length + more.length);
    System.arraycopy(more, 0, all, file.length, more.length);
    return all;
  }

  /** The file with a part renamed to a name of the same length, which another part has. */
  static byte[] renamed(byte[] zip, String name, String other) {
    String text = new String(zip, StandardCharsets.ISO_8859_1);
    return text.replace(name, other).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ByteBuffer end(byte[] zip) {
    return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).position(zip.length - 22);
  }

  static byte[] directorySize(byte[] zip, int size) {
    end(zip).putInt(zip.length - 22 + 12, size);
    return zip;
  }

  /** The same with its directory told by zip64 records (APPNOTE 4.3.14, 4.3.15). */
  static byte[] zip64(byte[] zip, long claimedSize) {
    ByteBuffer end = end(zip);
    int at = zip.length - 22;
    long entries = Short.toUnsignedLong(end.getShort(at + 10));
    long size = Integer.toUnsignedLong(end.getInt(at + 12));
    long offset = Integer.toUnsignedLong(end.getInt(at + 16));
    ByteBuffer all = ByteBuffer.allocate(zip.length + 76).order(ByteOrder.LITTLE_ENDIAN);
    all.put(zip, 0, at);
    all.putInt(0x06064b50)
        .putLong(44)
        .putShort((short) 45)
        .putShort((short) 45)
        .putInt(0)
        .putInt(0);
    all.putLong(entries)
        .putLong(entries)
        .putLong(claimedSize == 0 ? size : claimedSize)
        .putLong(offset);
    all.putInt(0x07064b50).putInt(0).putLong(at).putInt(1);
    all.putInt(0x06054b50)
        .putInt(0)
        .putShort((short) -1)
        .putShort((short) -1)
        .putInt(-1)
        .putInt(-1);
    return all.putShort((short) 0).array();
  }

  /** The same with a directory of so many entries, as its zip64 record claims. */
  static byte[] zip64Entries(byte[] zip, long claimed) {
    int record = zip.length - 22;
    byte[] all = zip64(zip, 0);
    ByteBuffer.wrap(all)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(record + 24, claimed)
        .putLong(record + 32, claimed);
    return all;
  }

  static byte[] flagged(byte[] zip, int flags) {
    return everyEntry(zip, 6, 8, (short) (flags | 8));
  }

  static byte[] packed(byte[] zip, int method) {
    return everyEntry(zip, 8, 10, (short) method);
  }

  /** Sets two bytes in each local header and each directory record. */
  private static byte[] everyEntry(byte[] zip, int inLocal, int inDirectory, short value) {
    ByteBuffer all = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < zip.length - 22; i++) {
      if (all.getInt(i) == 0x04034b50) {
        all.putShort(i + inLocal, value);
      } else if (all.getInt(i) == 0x02014b50) {
        all.putShort(i + inDirectory, value);
      }
    }
    return zip;
  }

  /**
   * What a zip file's entries unpack to, the first so many bytes of each; none if it is damaged.
   */
  static Map<String, byte[]> entries(byte[] zip, int length) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readNBytes(length));
      }
    } catch (IOException e) {
      return Map.of();
    }
    return entries;
  }
}
