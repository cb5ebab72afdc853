package io.refkeeper.ingest.reader;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.file.Path;

/** Reads a file a second time to say where exactly it is broken. */
final class TextLocator {

  /**
   * A place in a text file.
   *
   * @param line physical line, from 1
   * @param column character in the line, from 1
   * @param byteOffset from the start of the file, from 0; -1: not known
   * @param nul whether a NUL stands there
   */
  record Position(long line, long column, long byteOffset, boolean nul) {}

  private long line = 1;
  private long column = 1;
  private boolean afterReturn;

  private TextLocator() {}

  /** The first undecodable byte or NUL; the end of the file if there is none. */
  static Position firstFault(Path file, TextEncoding encoding) throws IOException {
    TextLocator at = new TextLocator();
    CharsetDecoder decoder = encoding.decoder();
    ByteBuffer bytes = ByteBuffer.allocate(8192);
    CharBuffer chars = CharBuffer.allocate(8192);
    long consumed = encoding.bomLength();
    try (InputStream in = encoding.open(file)) {
      boolean end = false;
      while (true) {
        int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
        end = n < 0;
        bytes.position(bytes.position() + Math.max(n, 0)).flip();
        CoderResult result = decoder.decode(bytes, chars, end);
        int nul = indexOfNul(chars.array(), chars.position());
        if (nul >= 0) {
          at.advance(chars.array(), nul);
          consumed += new String(chars.array(), 0, nul).getBytes(encoding.charset()).length;
          return new Position(at.line, at.column, consumed, true);
        }
        at.advance(chars.array(), chars.position());
        consumed += bytes.position();
        if (result.isError() || end) {
          return new Position(at.line, at.column, consumed, false);
        }
        chars.clear();
        bytes.compact();
      }
    }
  }

  /**
   * Where the last quoted field opens that is longer than {@code maxLength} or never closed; null
   * if there is none.
   */
  static Position openQuote(Path file, TextEncoding encoding, char delimiter, int maxLength)
      throws IOException {
    TextLocator at = new TextLocator();
    Position opened = null;
    boolean quoted = false;
    char previous = '\n';
    long length = 0;
    try (Reader reader = new StrictTextReader(file, encoding)) {
      char[] chars = new char[8192];
      int n;
      while ((n = reader.read(chars, 0, chars.length)) > 0) {
        for (int i = 0; i < n; i++) {
          char c = chars[i];
          boolean fieldStart = previous == delimiter || previous == '\n' || previous == '\r';
          if (quoted) {
            quoted = c != '"';
            if (++length > maxLength) {
              return opened;
            }
          } else if (c == '"' && fieldStart) {
            opened = new Position(at.line, at.column, -1, false);
            quoted = true;
            length = 0;
          } else if (c == '"' && opened != null) {
            // a quote right after a closing one is an escaped quote: the field goes on
            quoted = true;
          } else {
            opened = null;
          }
          // what stands inside quotes neither ends a field nor begins one
          previous = quoted ? 'x' : c;
          at.advance(c);
        }
      }
    }
    return quoted ? opened : null;
  }

  private static int indexOfNul(char[] chars, int length) {
    for (int i = 0; i < length; i++) {
      if (chars[i] == 0) {
        return i;
      }
    }
    return -1;
  }

  private void advance(char[] chars, int length) {
    for (int i = 0; i < length; i++) {
      advance(chars[i]);
    }
  }

  private void advance(char c) {
    if (c == '\r' || (c == '\n' && !afterReturn)) {
      line++;
      column = 1;
    } else if (c != '\n' && !Character.isLowSurrogate(c)) {
      column++;
    }
    afterReturn = c == '\r';
  }
}
