package io.refkeeper.ingest.reader;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How a text file is encoded.
 *
 * @param bomLength bytes of the byte order mark to skip
 * @param guessed whether nothing but the content tells
 */
record TextEncoding(Charset charset, int bomLength, boolean guessed) {

  private static final Charset GB18030 = Charset.forName("GB18030");
  private static final int SAMPLE = 64 * 1024;

  /**
   * The encoding by the file's byte order mark; else the configured one; else, for {@code auto},
   * UTF-16 by its zero bytes, UTF-8 by its characters, and GB18030 (which includes GBK) if it is
   * neither. Where the text is not what it seems to be is found when it is read.
   *
   * @throws FileRejectedException when there is no such charset, or it is UTF-32
   */
  static TextEncoding of(Path file, String configured, Rejection rejection) throws IOException {
    byte[] sample = sample(file);
    if (isUtf32(sample)) {
      throw rejection.of(
          "unknown_charset", "The file is UTF-32, which is not read", "save the file as UTF-8");
    }
    TextEncoding marked = byMark(sample);
    if (marked != null) {
      return marked;
    }
    if (!configured.equals("auto")) {
      return new TextEncoding(charset(configured, rejection), 0, false);
    }
    Charset wide = wide(sample);
    if (wide != null) {
      return new TextEncoding(wide, 0, true);
    }
    try (InputStream in = Files.newInputStream(file)) {
      boolean utf8 = Utf8Check.of(in).isUtf8();
      return new TextEncoding(utf8 ? StandardCharsets.UTF_8 : GB18030, 0, true);
    }
  }

  /** The charset's name for a message; all that were tried when none fitted. */
  String names() {
    return guessed && charset.equals(GB18030) ? "UTF-8, UTF-16 or GB18030" : charset.name();
  }

  /** The byte order mark; its first bytes count, as many as there are. */
  byte[] mark() {
    return "\ufeff".getBytes(charset);
  }

  CharsetDecoder decoder() {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /** The file's bytes from an offset on. */
  static InputStream open(Path file, long offset) throws IOException {
    InputStream in = Files.newInputStream(file);
    in.skipNBytes(offset);
    return in;
  }

  private static Charset charset(String name, Rejection rejection) {
    try {
      Charset charset = Charset.forName(name);
      if (!charset.canEncode()) {
        throw new UnsupportedCharsetException(name);
      }
      return charset;
    } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
      throw rejection.of(
          "unknown_charset",
          "There is no charset '" + name + "'",
          "correct format.charset of the domain, for example UTF-8 or GB18030",
          e);
    }
  }

  private static byte[] sample(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(SAMPLE);
    }
  }

  /** By its byte order mark, of which that of UTF-16 is a part. */
  private static boolean isUtf32(byte[] b) {
    return b.length >= 4
        && (b[0] == (byte) 0xff && b[1] == (byte) 0xfe && b[2] == 0 && b[3] == 0
            || b[0] == 0 && b[1] == 0 && b[2] == (byte) 0xfe && b[3] == (byte) 0xff);
  }

  private static TextEncoding byMark(byte[] b) {
    if (b.length >= 3 && b[0] == (byte) 0xef && b[1] == (byte) 0xbb && b[2] == (byte) 0xbf) {
      return new TextEncoding(StandardCharsets.UTF_8, 3, false);
    }
    if (b.length >= 2 && b[0] == (byte) 0xff && b[1] == (byte) 0xfe) {
      return new TextEncoding(StandardCharsets.UTF_16LE, 2, false);
    }
    if (b.length >= 2 && b[0] == (byte) 0xfe && b[1] == (byte) 0xff) {
      return new TextEncoding(StandardCharsets.UTF_16BE, 2, false);
    }
    return null;
  }

  /**
   * Digits, delimiters and line ends have a zero byte in UTF-16, always on the same side: in a text
   * of few other characters at least every fourth byte is zero, and one of many is no UTF-8.
   */
  private static Charset wide(byte[] sample) throws IOException {
    int even = 0;
    int odd = 0;
    for (int i = 0; i < sample.length; i++) {
      if (sample[i] == 0) {
        if ((i & 1) == 0) {
          even++;
        } else {
          odd++;
        }
      }
    }
    boolean few = (even + odd) * 4 < sample.length;
    if (even == odd || (few && Utf8Check.of(new ByteArrayInputStream(sample)).isUtf8())) {
      return null;
    }
    int enough = Math.max(1, sample.length / 40);
    if (odd >= enough && even * 20 <= odd) {
      return StandardCharsets.UTF_16LE;
    }
    return even >= enough && odd * 20 <= even ? StandardCharsets.UTF_16BE : null;
  }
}
