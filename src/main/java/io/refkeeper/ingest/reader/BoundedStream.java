package io.refkeeper.ingest.reader;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Counts what really comes out of a zip entry, as a whole and piece by piece, and stops a zip bomb;
 * declared sizes lie.
 */
final class BoundedStream extends FilterInputStream {

  private final long limit;
  private final AtomicLong counter;
  private final LongFunction<RuntimeException> refusal;
  private final Supplier<RuntimeException> oversized;
  private long count;
  private long pieceEnd = Long.MAX_VALUE;

  /**
   * @param limit bytes that may come out
   * @param counter is told every byte
   * @param refusal makes the exception, given the limit
   * @param oversized makes the exception when a piece is too long
   */
  BoundedStream(
      InputStream in,
      long limit,
      AtomicLong counter,
      LongFunction<RuntimeException> refusal,
      Supplier<RuntimeException> oversized) {
    super(in);
    this.limit = limit;
    this.counter = counter;
    this.refusal = refusal;
    this.oversized = oversized;
  }

  /** From here on no more than so many bytes may come out before the next piece is started. */
  void startPiece(int maxLength) {
    pieceEnd = count + maxLength;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    if (b >= 0) {
      count(1);
    }
    return b;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int n = super.read(target, offset, length);
    count(Math.max(n, 0));
    return n;
  }

  @Override
  public long skip(long n) throws IOException {
    long skipped = super.skip(n);
    count(skipped);
    return skipped;
  }

  private void count(long n) {
    count += n;
    counter.addAndGet(n);
    if (count > limit) {
      throw refusal.apply(limit);
    }
    if (count > pieceEnd) {
      throw oversized.get();
    }
  }
}
