package io.refkeeper.ingest.reader;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Decodes a file and stops at the first byte that is no text: undecodable, or NUL. */
final class StrictTextReader extends Reader {

  /** Where it stopped is found by {@link TextLocator}, which costs nothing until it is needed. */
  static final class FaultyTextException extends IOException {
    @Serial private static final long serialVersionUID = 1L;
  }

  private final InputStream in;
  private final ContentHash hash;
  private final CharsetDecoder decoder;
  private final boolean utf8;
  private final ByteBuffer bytes = ByteBuffer.allocate(64 * 1024).flip();
  private boolean endOfFile;
  private volatile long bytesRead;

  StrictTextReader(Path file, TextEncoding encoding) throws IOException {
    this(file, encoding, encoding.bomLength(), null);
  }

  /**
   * @param offset of the first byte to read, at the beginning of a character
   * @param hash takes what is read; null: nobody
   */
  StrictTextReader(Path file, TextEncoding encoding, long offset, ContentHash hash)
      throws IOException {
    this.hash = hash;
    this.in = TextEncoding.open(file, offset);
    this.decoder = encoding.decoder();
    this.utf8 = encoding.charset().equals(StandardCharsets.UTF_8);
    this.bytesRead = offset;
  }

  long bytesRead() {
    return bytesRead;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    CharBuffer chars = CharBuffer.wrap(target, offset, length);
    while (true) {
      if (utf8) {
        PlainUtf8.decode(bytes, chars);
      }
      int checked = chars.position();
      CoderResult result = decoder.decode(bytes, chars, endOfFile);
      int read = chars.position() - offset;
      if (result.isError() && read == 0) {
        throw new FaultyTextException();
      }
      if (read > 0) {
        refuseNul(target, checked, chars.position());
        return read;
      }
      if (endOfFile) {
        return -1;
      }
      fill();
    }
  }

  private void fill() throws IOException {
    bytes.compact();
    int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (n < 0) {
      endOfFile = true;
    } else {
      if (hash != null) {
        hash.add(bytes.array(), bytes.position(), n, bytesRead);
      }
      bytes.position(bytes.position() + n);
      bytesRead += n;
    }
    bytes.flip();
  }

  private static void refuseNul(char[] chars, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      if (chars[i] == 0) {
        throw new FaultyTextException();
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
