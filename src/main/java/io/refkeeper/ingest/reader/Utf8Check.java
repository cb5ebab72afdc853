package io.refkeeper.ingest.reader;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * How much speaks for UTF-8 in a text, and how much against it, found without making characters of
 * it: plain ASCII is looked at eight bytes at a time. Ends as soon as it is beyond doubt, so that
 * only a text of next to nothing but ASCII is looked at to its end.
 *
 * @param continued bytes that continue a character
 * @param faults bytes that are no part of a character
 */
record Utf8Check(long continued, long faults) {

  /** So many of both are enough to tell. */
  private static final int ENOUGH = 2000;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  /**
   * Whether it is UTF-8, perhaps damaged. In a Chinese text of another encoding there are about ten
   * faults for each byte that seems to continue a character.
   */
  boolean isUtf8() {
    return faults == 0 || continued > faults;
  }

  /** Checks a text from where the stream stands. */
  static Utf8Check of(InputStream in) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    int kept = 0;
    long continued = 0;
    long faults = 0;
    int n = 0;
    while (n >= 0 && continued + faults < ENOUGH) {
      n = in.read(buffer, kept, buffer.length - kept);
      int end = kept + Math.max(n, 0);
      int i = 0;
      while (i < end) {
        if (i + 8 <= end && ((long) LONGS.get(buffer, i) & HIGH_BITS) == 0) {
          i += 8;
          continue;
        }
        int length = length(buffer, i, end);
        if (length == 0 && n >= 0) {
          break;
        }
        continued += Math.max(length - 1, 0);
        faults += length <= 0 ? 1 : 0;
        i += Math.max(length, 1);
      }
      kept = end - i;
      System.arraycopy(buffer, i, buffer, 0, kept);
    }
    return new Utf8Check(continued, faults);
  }

  /** Bytes of the character at i (RFC 3629); 0: it is cut off at the end; -1: it is none. */
  static int length(byte[] b, int i, int end) {
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
