package io.refkeeper.ingest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of one chunk whose parents are all there, encoded for COPY as they come. Used by one thread
 * at a time: filled by the reader, then by the router, and reused when it is copied.
 */
final class CopyBatch {

  /** Whether a load's rows are encoded, kept as rows, or both. */
  enum Form {
    /** Nothing can refuse the rows once they are encoded. */
    ENCODED,
    /** The database may refuse some: they are needed again to tell which. */
    ENCODED_AND_KEPT,
    /** Somebody else encodes them. */
    KEPT
  }

  private final Form form;
  private final int columns;
  private final String loadId;
  private final Scopes scopes;
  private final CopyBuffer buffer = new CopyBuffer();
  private final List<FactRow> rows = new ArrayList<>();
  private final Map<Object, long[]> rowsByScope = new LinkedHashMap<>();
  private int size;

  /**
   * @param columns how many of a row's values are copied
   * @param loadId the value of the load id column, copied after them; null: there is none
   */
  CopyBatch(Form form, int columns, String loadId, Scopes scopes) {
    this.form = form;
    this.columns = columns;
    this.loadId = loadId;
    this.scopes = scopes;
  }

  void add(FactRow row) {
    if (form != Form.KEPT) {
      encode(row, buffer);
    }
    if (form != Form.ENCODED) {
      rows.add(row);
    }
    Object scope = scopes.keyOf(row.values());
    if (scope != null) {
      rowsByScope.computeIfAbsent(scope, s -> new long[1])[0]++;
    }
    size++;
  }

  /** Encodes one row with its load id. */
  void encode(FactRow row, CopyBuffer into) {
    for (int i = 0; i < columns; i++) {
      if (i > 0) {
        into.separator();
      }
      into.value(row.values()[i]);
    }
    if (loadId != null) {
      into.separator();
      into.value(loadId);
    }
    into.endRow();
  }

  /** All rows as COPY takes them; nothing when they are only kept. */
  CopyBuffer encoded() {
    return buffer;
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
    buffer.clear();
    rows.clear();
    rowsByScope.clear();
    size = 0;
  }
}
