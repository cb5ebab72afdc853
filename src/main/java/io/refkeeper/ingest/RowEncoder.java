package io.refkeeper.ingest;

import io.refkeeper.database.Table;
import io.refkeeper.database.copy.BinaryType;
import io.refkeeper.database.copy.EncodedRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Encodes a load's rows for COPY.
 *
 * @param columns how many of a row's values are copied
 * @param loadId the value of the load id column, copied after them; null: there is none
 * @param types of all these values; empty: rows are sent as texts
 */
record RowEncoder(int columns, String loadId, List<BinaryType> types) {

  /**
   * @param names of the fact columns that are copied
   * @param loadIdColumn null: none
   */
  static RowEncoder of(Table fact, List<String> names, String loadIdColumn, long loadRunId) {
    List<String> all = new ArrayList<>(names);
    if (loadIdColumn != null) {
      all.add(loadIdColumn);
    }
    List<BinaryType> types =
        all.stream()
            .map(fact::column)
            .map(c -> c.flatMap(BinaryType::of))
            .flatMap(Optional::stream)
            .toList();
    return new RowEncoder(
        names.size(),
        loadIdColumn == null ? null : Long.toString(loadRunId),
        types.size() == all.size() ? types : List.of());
  }

  /** One that keeps the rows in their order, whatever their values. */
  RowEncoder asTexts() {
    return new RowEncoder(columns, loadId, List.of());
  }

  /** An empty place for rows of this load. */
  EncodedRows newRows() {
    return new EncodedRows(types);
  }

  void encode(FactRow row, EncodedRows into) {
    do {
      into.beginRow();
      for (int i = 0; i < columns; i++) {
        into.value(row.values()[i]);
      }
      if (loadId != null) {
        into.value(loadId);
      }
    } while (!into.endRow());
  }

  /** The row that the cursor is on. */
  void encode(HeldCursor row, EncodedRows into) {
    do {
      into.beginRow();
      for (int i = 0; i < columns; i++) {
        row.copyValue(i, into);
      }
      if (loadId != null) {
        into.value(loadId);
      }
    } while (!into.endRow());
  }

  /** Replaces what is there. */
  void encode(List<FactRow> rows, EncodedRows into) {
    into.clear();
    for (FactRow row : rows) {
      encode(row, into);
    }
  }
}
