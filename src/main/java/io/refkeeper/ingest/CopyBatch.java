package io.refkeeper.ingest;

import io.refkeeper.database.copy.EncodedRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of one chunk whose parents are all there, encoded for COPY as they come. Used by one thread
 * at a time: filled by the reader, then by the router, and reused when it is copied.
 */
final class CopyBatch {

  /** Whether a load's rows are encoded at once or kept as rows. */
  enum Form {
    /** Nothing can refuse the rows once they are encoded. */
    ENCODED,
    /** They are encoded later, in a group or by somebody else. */
    KEPT
  }

  private final Form form;
  private final RowEncoder encoder;
  private final Scopes scopes;
  private final EncodedRows encoded;
  private final List<FactRow> rows = new ArrayList<>();
  private final Map<Object, long[]> rowsByScope = new LinkedHashMap<>();
  private int size;

  CopyBatch(Form form, RowEncoder encoder, Scopes scopes) {
    this.form = form;
    this.encoder = encoder;
    this.encoded = encoder.newRows();
    this.scopes = scopes;
  }

  void add(FactRow row) {
    if (form == Form.ENCODED) {
      encoder.encode(row, encoded);
    } else {
      rows.add(row);
    }
    count(scopes.keyOf(row.values()));
  }

  /** Adds the row that the cursor is on. */
  void add(HeldCursor row) {
    if (form == Form.ENCODED) {
      encoder.encode(row, encoded);
    } else {
      rows.add(row.row());
    }
    count(scopes.keyOf(row::value));
  }

  private void count(Object scope) {
    if (scope != null) {
      rowsOf(scope)[0]++;
    }
    size++;
  }

  /** Counts a row that the caller has encoded. */
  void countEncoded(long[] rowsOfScope) {
    if (rowsOfScope != null) {
      rowsOfScope[0]++;
    }
    size++;
  }

  /** The counter of a scope's rows in this batch. */
  long[] rowsOf(Object scope) {
    return rowsByScope.computeIfAbsent(scope, s -> new long[1]);
  }

  /** All rows as COPY takes them; nothing when they are only kept. */
  EncodedRows encoded() {
    return encoded;
  }

  /** The rows; nothing when they are only encoded. */
  List<FactRow> rows() {
    return rows;
  }

  /** Number of rows by the key of their scope; empty when the domain replaces no scopes. */
  Map<Object, long[]> rowsByScope() {
    return rowsByScope;
  }

  int size() {
    return size;
  }

  void clear() {
    encoded.clear();
    rows.clear();
    rowsByScope.clear();
    size = 0;
  }
}
