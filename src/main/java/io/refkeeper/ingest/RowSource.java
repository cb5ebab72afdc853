package io.refkeeper.ingest;

import io.refkeeper.ingest.reader.RowReader;
import io.refkeeper.ingest.transform.RowTransformer;
import java.util.List;

/**
 * Where a load's rows come from: the reader of the file and the rules of the domain.
 *
 * @param columns the fact columns in COPY order
 */
record RowSource(RowReader reader, RowTransformer transformer, List<String> columns)
    implements AutoCloseable {

  static RowSource of(RowReader reader, RowTransformer transformer) {
    return new RowSource(reader, transformer, transformer.targetColumns());
  }

  List<String> header() {
    return reader.header();
  }

  @Override
  public void close() {
    reader.close();
  }
}
