package io.refkeeper.ingest.reader;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
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
 */
record TextEncoding(Charset charset, int bomLength) {

  private static final Charset GB18030 = Charset.forName("GB18030");
  private static final int SAMPLE = 64 * 1024;

  /** So many valid multi-byte characters before the first fault are no accident in GB18030. */
  private static final int UTF_8_BEYOND_DOUBT = 8;

  /**
   * The configured encoding, or for {@code auto} the first that fits: byte order mark, UTF-16 by
   * its zero bytes, UTF-8 and GB18030 by strictly decoding the whole file.
   *
   * @throws FileRejectedException when none fits
   */
  static TextEncoding of(Path file, String configured, Rejection rejection) throws IOException {
    byte[] sample = sample(file);
    TextEncoding marked = byMark(sample);
    if (!configured.equals("auto")) {
      Charset charset = charset(configured, rejection);
      boolean sameFamily = marked != null && marked.charset.name().startsWith(charset.name());
      return sameFamily ? marked : new TextEncoding(charset, 0);
    }
    if (marked != null) {
      return marked;
    }
    Charset wide = wide(sample);
    if (wide != null) {
      return new TextEncoding(wide, 0);
    }
    Utf8Check utf8 = Utf8Check.of(file);
    if (utf8.valid() || utf8.multiByteCharacters() >= UTF_8_BEYOND_DOUBT) {
      return new TextEncoding(StandardCharsets.UTF_8, 0);
    }
    if (decodes(file, GB18030)) {
      return new TextEncoding(GB18030, 0);
    }
    TextLocator.Position at =
        TextLocator.firstFault(file, new TextEncoding(StandardCharsets.UTF_8, 0));
    throw rejection.at(
        "undecodable_text",
        "The text is neither UTF-8 nor UTF-16 nor GB18030; the first byte that is not UTF-8 is at"
            + " offset "
            + at.byteOffset(),
        at,
        "save the file as UTF-8, or name its charset in the domain's format");
  }

  CharsetDecoder decoder() {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /** The file's bytes after the byte order mark. */
  InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    in.skipNBytes(bomLength);
    return in;
  }

  private static Charset charset(String name, Rejection rejection) {
    try {
      return Charset.forName(name);
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

  private static TextEncoding byMark(byte[] b) {
    if (b.length >= 3 && b[0] == (byte) 0xef && b[1] == (byte) 0xbb && b[2] == (byte) 0xbf) {
      return new TextEncoding(StandardCharsets.UTF_8, 3);
    }
    if (b.length >= 2 && b[0] == (byte) 0xff && b[1] == (byte) 0xfe) {
      return new TextEncoding(StandardCharsets.UTF_16LE, 2);
    }
    if (b.length >= 2 && b[0] == (byte) 0xfe && b[1] == (byte) 0xff) {
      return new TextEncoding(StandardCharsets.UTF_16BE, 2);
    }
    return null;
  }

  /** Digits, delimiters and line ends have a zero byte in UTF-16, always on the same side. */
  private static Charset wide(byte[] sample) {
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
    int enough = Math.max(1, sample.length / 40);
    if (odd >= enough && even * 20 <= odd) {
      return StandardCharsets.UTF_16LE;
    }
    return even >= enough && odd * 20 <= even ? StandardCharsets.UTF_16BE : null;
  }

  private static boolean decodes(Path file, Charset charset) throws IOException {
    CharsetDecoder decoder = new TextEncoding(charset, 0).decoder();
    ByteBuffer bytes = ByteBuffer.allocate(SAMPLE);
    CharBuffer chars = CharBuffer.allocate(SAMPLE);
    try (InputStream in = Files.newInputStream(file)) {
      boolean end = false;
      while (!end) {
        int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
        end = n < 0;
        bytes.position(bytes.position() + Math.max(n, 0)).flip();
        CoderResult result = decoder.decode(bytes, chars, end);
        if (result.isError()) {
          return false;
        }
        chars.clear();
        bytes.compact();
      }
      return true;
    }
  }
}
