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
    try (InputStream in = TextEncoding.open(file, encoding.bomLength())) {
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

  /** What is wrong with a field. */
  enum FieldFaultKind {
    /** It is quoted, and not closed within the bounds of a field. */
    OPEN_QUOTE,
    /** Something else than a delimiter or a line end follows the quote that closes it. */
    TEXT_AFTER_QUOTE,
    /** It is not quoted, and longer than a field may be. */
    TOO_LONG
  }

  /**
   * A faulty field.
   *
   * @param opened where the field begins
   * @param at where the fault shows
   */
  record FieldFault(FieldFaultKind kind, Position opened, Position at) {}

  /** The first faulty field of a CSV file, as RFC 4180 reads it; null if there is none. */
  static FieldFault fieldFault(Path file, TextEncoding encoding, char delimiter)
      throws IOException {
    try (Reader reader = new StrictTextReader(file, encoding)) {
      TextLocator at = new TextLocator();
      Position opened = at.position();
      FieldState state = FieldState.START;
      long length = 0;
      char[] chars = new char[8192];
      int n;
      while ((n = reader.read(chars, 0, chars.length)) > 0) {
        for (int i = 0; i < n; i++) {
          if (state == FieldState.START) {
            opened = at.position();
            length = 0;
          }
          state = state.after(chars[i], delimiter);
          boolean quoted = state == FieldState.QUOTED;
          if (state == FieldState.FAULTY) {
            return new FieldFault(FieldFaultKind.TEXT_AFTER_QUOTE, opened, at.position());
          }
          if (++length > RecordCollector.MAX_FIELD
              || (quoted && at.line - opened.line > RecordCollector.MAX_QUOTED_LINES)) {
            FieldFaultKind kind = quoted ? FieldFaultKind.OPEN_QUOTE : FieldFaultKind.TOO_LONG;
            return new FieldFault(kind, opened, opened);
          }
          at.advance(chars[i]);
        }
      }
      return state == FieldState.QUOTED
          ? new FieldFault(FieldFaultKind.OPEN_QUOTE, opened, opened)
          : null;
    }
  }

  /** Where in a CSV field a character stands. */
  private enum FieldState {
    START,
    PLAIN,
    QUOTED,
    CLOSED,
    FAULTY;

    FieldState after(char c, char delimiter) {
      if (this == QUOTED) {
        return c == '"' ? CLOSED : QUOTED;
      }
      if (c == '"' && this != PLAIN) {
        // a quote right after a closing one is an escaped quote: the field goes on
        return QUOTED;
      }
      if (c == delimiter || c == '\n' || c == '\r') {
        return START;
      }
      return this == CLOSED ? FAULTY : PLAIN;
    }
  }

  private Position position() {
    return new Position(line, column, -1, false);
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
