package io.refkeeper.ingest;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.reader.PlainRecord;
import io.refkeeper.ingest.reader.RowReader;
import io.refkeeper.ingest.reader.SourceRow;
import io.refkeeper.ingest.transform.TransformedRow;
import io.refkeeper.quarantine.QuarantinedRow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads a file ahead of the loading thread, in a thread of its own, and hands over chunks. Rows
 * whose keys have all been verified before are encoded here, so that the loading thread has only to
 * pass them on. The queue is bounded: memory does not grow with the file. Close it, else the thread
 * stays.
 */
final class ChunkReader implements Iterator<Chunk>, AutoCloseable {

  private static final int CHUNKS_AHEAD = 3;

  /** Characters after which a chunk ends, however few its rows are. */
  private static final long CHUNK_CHARACTERS = 4 << 20;

  private final DomainLoad load;
  private final int rowsPerChunk;
  private final BlockingQueue<Message> queue = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
  private final Optional<PlainLane> plainLane;
  private final Thread thread;
  private Message next;

  /** Written before the last message is handed over. */
  private String contentSha256;

  /** A chunk, the end, or the failure that ended the reading. */
  private record Message(Chunk chunk, Throwable failure) {}

  private static final Message END = new Message(null, null);

  ChunkReader(DomainLoad load, int rowsPerChunk) {
    this.load = load;
    this.rowsPerChunk = rowsPerChunk;
    this.plainLane = PlainLane.of(load);
    this.thread = new Thread(this::readAll, "reader-" + load.delivery().id());
    this.thread.setDaemon(true);
    this.thread.start();
  }

  private void readAll() {
    try (RowSource rows = load.rows()) {
      boolean more = true;
      while (more) {
        Chunk chunk = readChunk(rows);
        more = chunk.rowsRead() > 0;
        CrashPoint.CHUNK_READ.pass();
        if (!more) {
          contentSha256 = rows.reader().contentSha256();
        }
        queue.put(more ? new Message(chunk, null) : END);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      hand(new Message(null, e));
    }
  }

  private void hand(Message message) {
    try {
      queue.put(message);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean takePlain(RowReader reader, CopyBatch known) {
    if (plainLane.isEmpty()) {
      return false;
    }
    PlainRecord record = reader.peekPlain();
    return record != null && plainLane.get().take(record, known);
  }

  private Chunk readChunk(RowSource source) {
    CopyBatch known = load.newBatch();
    plainLane.ifPresent(PlainLane::begin);
    List<FactRow> rows = new ArrayList<>();
    List<QuarantinedRow> bad = new ArrayList<>();
    long filtered = 0;
    long characters = 0;
    for (int i = 0; i < rowsPerChunk && characters < CHUNK_CHARACTERS; i++) {
      if (takePlain(source.reader(), known)) {
        continue; // a plain record is short
      }
      SourceRow row = source.reader().next();
      if (row == null) {
        break;
      }
      characters += row.characters();
      TransformedRow transformed = source.transformer().transform(row);
      if (transformed instanceof TransformedRow.Loadable loadable) {
        FactRow fact = new FactRow(row, loadable.values());
        if (load.parents().allKnown(fact.values())) {
          known.add(fact);
        } else {
          rows.add(fact);
        }
      } else if (transformed instanceof TransformedRow.Bad wrong) {
        bad.add(load.quarantined(row, wrong));
      } else {
        filtered++;
      }
    }
    return new Chunk(load, known, rows, bad, filtered);
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      try {
        next = queue.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The load was interrupted", e);
      }
    }
    Throwable failed = next.failure();
    if (failed != null) {
      next = END; // told once: the splitter asks again while it clears up, and would log it
    }
    if (failed instanceof RuntimeException failure) {
      throw failure;
    }
    if (failed instanceof Error error) {
      throw error;
    }
    return next.chunk() != null;
  }

  @Override
  public Chunk next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Chunk chunk = next.chunk();
    next = null;
    load.counts().addRead(chunk.rowsRead());
    load.counts().addFiltered(chunk.filtered());
    load.delivery()
        .progress()
        .report(
            load.counts().read(),
            load.rows().reader().bytesRead(),
            load.rows().reader().totalBytes());
    return chunk;
  }

  /** The hash of what was read; null: the reader cannot tell. Asked for after the last chunk. */
  String contentSha256() {
    return contentSha256;
  }

  @Override
  public void close() {
    thread.interrupt();
    queue.clear();
  }
}
