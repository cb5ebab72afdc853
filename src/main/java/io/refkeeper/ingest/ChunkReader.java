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
import java.util.Optional;

/**
 * Reads a file ahead of the loading thread, and hands over chunks. Rows whose keys have all been
 * verified before are encoded here, so that the loading thread has only to pass them on. Memory
 * does not grow with the file. Close it, else the thread stays.
 */
final class ChunkReader implements Iterator<Chunk>, AutoCloseable {

  private static final int CHUNKS_AHEAD = 2;

  /** Characters after which a chunk ends, however few its rows are. */
  private static final long CHUNK_CHARACTERS = 4 << 20;

  /** Rows kept as such after which a chunk ends: they take ten times their characters in memory. */
  private static final int CHUNK_KEPT_ROWS = 2_500;

  private final DomainLoad load;
  private final int rowsPerChunk;
  private final Optional<PlainLane> plainLane;
  private final ReadAhead<Chunk> chunks;

  /** Written before the end is handed over. */
  private String contentSha256;

  ChunkReader(DomainLoad load, int rowsPerChunk) {
    this.load = load;
    this.rowsPerChunk = rowsPerChunk;
    this.plainLane = PlainLane.of(load);
    this.chunks =
        new ReadAhead<>(
            "reader-" + load.delivery().id(), CHUNKS_AHEAD, this::read, load.rows()::close);
  }

  /** The next chunk; null at the end of the file. */
  private Chunk read() {
    Chunk chunk = readChunk(load.rows());
    CrashPoint.CHUNK_READ.pass();
    if (chunk.rowsRead() > 0) {
      return chunk;
    }
    contentSha256 = load.rows().reader().contentSha256();
    return null;
  }

  private boolean takePlain(RowReader reader, CopyBatch known, HeldBatch held) {
    if (plainLane.isEmpty()) {
      return false;
    }
    PlainRecord record = reader.peekPlain();
    return record != null && plainLane.get().take(record, known, held);
  }

  private Chunk readChunk(RowSource source) {
    CopyBatch known = load.newBatch();
    plainLane.ifPresent(PlainLane::begin);
    List<FactRow> rows = new ArrayList<>();
    HeldBatch held = new HeldBatch(load.newBlock());
    List<QuarantinedRow> bad = new ArrayList<>();
    long filtered = 0;
    long characters = 0;
    for (int i = 0;
        i < rowsPerChunk
            && characters < CHUNK_CHARACTERS
            && rows.size() + known.rows().size() < CHUNK_KEPT_ROWS;
        i++) {
      if (takePlain(source.reader(), known, held)) {
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
    return new Chunk(load, known, rows, held, bad, filtered);
  }

  @Override
  public boolean hasNext() {
    return chunks.hasNext();
  }

  @Override
  public Chunk next() {
    Chunk chunk = chunks.next();
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
    chunks.close();
  }
}
