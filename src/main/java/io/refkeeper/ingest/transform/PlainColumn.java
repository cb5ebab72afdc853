package io.refkeeper.ingest.transform;

import io.refkeeper.ingest.transform.ColumnPlan.Target;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One fact column over plain records; see {@link PlainColumns}. */
abstract sealed class PlainColumn {

  private final int fileIndex;
  private final boolean notNull;
  private byte[] bytes;
  private int start;
  private int end;

  private PlainColumn(Target target) {
    this.fileIndex = target.fileIndex();
    this.notNull = target.notNull();
  }

  final int fileIndex() {
    return fileIndex;
  }

  final boolean isNull() {
    return bytes == null;
  }

  final byte[] bytes() {
    return bytes;
  }

  final int start() {
    return start;
  }

  final int end() {
    return end;
  }

  /** The value's text; overridden where its bytes are escaped. */
  String text() {
    return bytes == null ? null : new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  /** Takes NULL as the value, unless it has to be refused or mapped. */
  boolean acceptNull() {
    bytes = null;
    return !notNull;
  }

  /** Takes a field that is not blank, unless there is any doubt about it. */
  abstract boolean accept(byte[] field, int from, int to);

  /** The value is the field itself. */
  final boolean asIs(byte[] field, int from, int to) {
    bytes = field;
    start = from;
    end = to;
    return true;
  }

  /**
   * Whether a field surely begins and ends without white space; of characters beyond ASCII only the
   * common ideographs (U+4000 to U+9FFF) are known not to be any.
   */
  static boolean isTrimmed(byte[] bytes, int start, int end) {
    return start == end || (beginsTrimmed(bytes[start]) && endsTrimmed(bytes, start, end));
  }

  private static boolean beginsTrimmed(byte first) {
    return first > ' ' || isIdeograph(first);
  }

  private static boolean endsTrimmed(byte[] bytes, int start, int end) {
    byte last = bytes[end - 1];
    return last > ' ' || (last < 0 && end - start >= 3 && isIdeograph(bytes[end - 3]));
  }

  private static boolean isIdeograph(byte lead) {
    return lead >= (byte) 0xe4 && lead <= (byte) 0xe9;
  }

  /** text, varchar(n). */
  static final class Texts extends PlainColumn {
    private final int maxLength;

    Texts(Target target, int maxLength) {
      super(target);
      this.maxLength = maxLength;
    }

    @Override
    boolean accept(byte[] field, int from, int to) {
      boolean fits = maxLength < 0 || to - from <= maxLength || characters(field, from, to);
      // what begins with # may be one of Excel's errors
      return fits && field[from] != '#' && isTrimmed(field, from, to) && asIs(field, from, to);
    }

    private boolean characters(byte[] field, int from, int to) {
      int count = 0;
      for (int i = from; i < to; i++) {
        count += (field[i] & 0xc0) == 0x80 ? 0 : 1;
      }
      return count <= maxLength;
    }
  }

  /** numeric; what {@link NumericParser} passes on as it is. */
  static final class Numerics extends PlainColumn {
    private final int wholeDigits;

    Numerics(Target target, int wholeDigits) {
      super(target);
      this.wholeDigits = wholeDigits;
    }

    @Override
    boolean accept(byte[] field, int from, int to) {
      int i = field[from] == '-' ? from + 1 : from;
      int first = i;
      while (i < to && isDigit(field[i])) {
        i++;
      }
      int whole = i - first;
      if (i < to && field[i] == '.') {
        i++;
        while (i < to && isDigit(field[i])) {
          i++;
        }
      }
      return i == to
          && whole > 0
          && whole < wholeDigits
          && to - from < NumericParser.LONG
          && asIs(field, from, to);
    }
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /**
   * Everything else: the transformer's own answer, remembered, for dates and mapped values come
   * again and again.
   */
  static final class Remembered extends PlainColumn {
    private static final int SLOTS = 1024;
    private static final int LONGEST = 64;

    private final Target target;
    private final RowTransformer transformer;
    private final byte[][] fields = new byte[SLOTS][];
    private final byte[][] values = new byte[SLOTS][];
    private final String[] texts = new String[SLOTS];
    private String text;

    Remembered(Target target, RowTransformer transformer) {
      super(target);
      this.target = target;
      this.transformer = transformer;
    }

    @Override
    String text() {
      return isNull() ? null : text;
    }

    @Override
    boolean acceptNull() {
      return target.map() == null && super.acceptNull();
    }

    @Override
    boolean accept(byte[] field, int from, int to) {
      if (to - from > LONGEST) {
        return false;
      }
      int hash = 0;
      for (int i = from; i < to; i++) {
        hash = 31 * hash + field[i];
      }
      int slot = (hash ^ hash >>> 16) & (SLOTS - 1);
      byte[] known = fields[slot];
      if (known == null || !Arrays.equals(known, 0, known.length, field, from, to)) {
        String answer =
            transformer.plainValue(
                target, new String(field, from, to - from, StandardCharsets.UTF_8));
        if (answer == null || !isCopiedAsIs(answer)) {
          return false;
        }
        fields[slot] = Arrays.copyOfRange(field, from, to);
        values[slot] = answer.getBytes(StandardCharsets.UTF_8);
        texts[slot] = answer;
      }
      text = texts[slot];
      return asIs(values[slot], 0, values[slot].length);
    }

    private static boolean isCopiedAsIs(String text) {
      return text.chars().noneMatch(c -> c < ' ' || c == '\\');
    }
  }
}
