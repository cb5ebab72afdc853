package io.refkeeper.sync;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A page of an answer that may not be too long, nor take too long, whatever its header says. */
final class BoundedPage extends FilterInputStream {

  private final long most;
  private final Duration longest;
  private final HttpProblems problems;
  private final int page;
  private final long startedNanos = System.nanoTime();
  private long read;

  BoundedPage(InputStream in, long most, Duration longest, HttpProblems problems, int page) {
    super(in);
    this.most = most;
    this.longest = longest;
    this.problems = problems;
    this.page = page;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    count(b < 0 ? 0 : 1);
    return b;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n = super.read(bytes, offset, length);
    count(Math.max(n, 0));
    return n;
  }

  private void count(int bytes) {
    read += bytes;
    if (read > most) {
      throw problems.tooMuch(
          "a page of more than %,d bytes (refkeeper.sync.http-page-bytes)".formatted(most), page);
    }
    if (System.nanoTime() - startedNanos > longest.toNanos()) {
      throw problems.tooMuch(
          "a page that takes more than %d s (refkeeper.sync.http-page-time)"
              .formatted(longest.toSeconds()),
          page);
    }
  }

  /** Does not read the rest, which may have no end. */
  @Override
  public void close() {}
}
