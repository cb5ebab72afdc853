package io.refkeeper.ingest;

import java.util.List;

/**
 * Encodes a load's rows for COPY.
 *
 * @param columns how many of a row's values are copied
 * @param loadId the value of the load id column, copied after them; null: there is none
 */
record RowEncoder(int columns, String loadId) {

  void encode(FactRow row, CopyBuffer into) {
    for (int i = 0; i < columns; i++) {
      if (i > 0) {
        into.separator();
      }
      into.value(row.values()[i]);
    }
    endRow(into);
  }

  /** The row that the cursor is on. */
  void encode(HeldCursor row, CopyBuffer into) {
    for (int i = 0; i < columns; i++) {
      if (i > 0) {
        into.separator();
      }
      row.copyValue(i, into);
    }
    endRow(into);
  }

  private void endRow(CopyBuffer into) {
    if (loadId != null) {
      into.separator();
      into.value(loadId);
    }
    into.endRow();
  }

  /** Replaces what the buffer holds. */
  void encode(List<FactRow> rows, CopyBuffer into) {
    into.clear();
    for (FactRow row : rows) {
      encode(row, into);
    }
  }
}
