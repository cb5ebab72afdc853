package io.refkeeper.sync;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Map;

/**
 * Records on the disk, as JSON: they are all there, and known to be whole, before the target's
 * transaction begins. The file is gone when the spool is closed. Not thread-safe.
 */
final class RecordSpool implements AutoCloseable {

  private static final int BLOCK = 1 << 16;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final FileChannel file;
  private final ByteArrayOutputStream block = new ByteArrayOutputStream(BLOCK);
  private final OutputStream out;
  private long marked;

  RecordSpool() throws IOException {
    Path path = Files.createTempFile("refkeeper-records", ".json");
    file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    out = Channels.newOutputStream(file);
  }

  void add(JsonNode row) throws IOException {
    block.write(JSON.writeValueAsBytes(row));
    block.write('\n');
    if (block.size() >= BLOCK) {
      flush();
    }
  }

  private void flush() throws IOException {
    block.writeTo(out);
    block.reset();
  }

  /** Bytes so far. */
  long size() throws IOException {
    return file.size() + block.size();
  }

  /** What is there now stays. */
  void mark() throws IOException {
    flush();
    marked = file.position();
  }

  /** Forgets what was added since the mark. */
  void reset() throws IOException {
    block.reset();
    file.truncate(marked);
    file.position(marked);
  }

  /** The records, in order; the spool is closed after the last. */
  Iterator<Map<String, ?>> read() throws IOException {
    flush();
    file.position(0);
    MappingIterator<Map<String, ?>> records =
        JSON.readerFor(new TypeReference<Map<String, ?>>() {})
            .readValues(new BufferedInputStream(Channels.newInputStream(file), BLOCK));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        boolean more = file.isOpen() && records.hasNext();
        if (!more) {
          close();
        }
        return more;
      }

      @Override
      public Map<String, ?> next() {
        return records.next();
      }
    };
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
