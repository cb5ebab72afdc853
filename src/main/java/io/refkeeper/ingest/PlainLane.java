package io.refkeeper.ingest;

import io.refkeeper.ingest.DomainLoad.Parent;
import io.refkeeper.ingest.reader.PlainRecord;
import io.refkeeper.ingest.transform.PlainColumns;
import io.refkeeper.reference.BoundForeignKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The short way of a row from the file's bytes to COPY's: for records about which nothing has to be
 * asked, neither the rules of the domain nor the database. All others go the long way, over {@link
 * FactRow} and the router. Used by the reader's thread.
 */
final class PlainLane {

  private static final byte[] NULL = {'\\', 'N'};

  private final PlainColumns columns;
  private final List<Parent> parents;
  private final KnownKeys[] knownKeys;
  private final int[] scope;
  private final byte[] loadId;
  private byte[][] lastScope = {};
  private CopyBatch lastBatch;
  private long[] rowsOfLastScope;

  private PlainLane(DomainLoad load, PlainColumns columns) {
    this.columns = columns;
    this.parents = load.parents().all();
    this.knownKeys = parents.stream().map(p -> new KnownKeys(p.states())).toArray(KnownKeys[]::new);
    this.scope = load.scopes().positions();
    String id = load.encoder().loadId();
    this.loadId = id == null ? null : id.getBytes(StandardCharsets.US_ASCII);
  }

  /** The lane of a load; empty when its rows are wanted as such, or a key is not a fact column. */
  static Optional<PlainLane> of(DomainLoad load) {
    boolean possible =
        load.encodesAtOnce()
            && load.parents().all().stream()
                .allMatch(
                    parent ->
                        parent.filling() == null
                            && parent.foreignKey().positions().stream()
                                .allMatch(i -> i < load.encoder().columns()));
    return possible
        ? load.rows().transformer().plainColumns().map(columns -> new PlainLane(load, columns))
        : Optional.empty();
  }

  /** Takes the record into the batch if it can go the short way. */
  boolean take(PlainRecord record, CopyBatch batch) {
    if (!columns.accepts(record) || !allParentsAreKnown()) {
      return false;
    }
    encode(batch.encoded());
    batch.countEncoded(scope.length == 0 ? null : rowsOfScope(batch));
    record.take();
    return true;
  }

  private boolean allParentsAreKnown() {
    for (int p = 0; p < knownKeys.length; p++) {
      BoundForeignKey key = parents.get(p).foreignKey();
      boolean known =
          key.positions().size() == 1
              ? isKnown(key, knownKeys[p], key.positions().get(0))
              : isKnown(key, parents.get(p).states());
      if (!known) {
        return false;
      }
    }
    return true;
  }

  private boolean isKnown(BoundForeignKey key, KnownKeys known, int column) {
    return columns.isNull(column)
        ? key.rule().skipBlankValues()
        : known.contains(columns.bytes(column), columns.start(column), columns.end(column));
  }

  private boolean isKnown(BoundForeignKey key, KeyStates states) {
    List<String> parts = new ArrayList<>();
    for (int column : key.positions()) {
      if (columns.isNull(column)) {
        return key.rule().skipBlankValues();
      }
      parts.add(columns.text(column));
    }
    return states.isKnown(BoundForeignKey.key(parts));
  }

  private void encode(CopyBuffer into) {
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        into.separator();
      }
      if (columns.isNull(i)) {
        into.bytes(NULL, 0, NULL.length);
      } else {
        into.bytes(columns.bytes(i), columns.start(i), columns.end(i));
      }
    }
    if (loadId != null) {
      into.separator();
      into.bytes(loadId, 0, loadId.length);
    }
    into.endRow();
  }

  /** The counter of the row's scope: rows of one scope mostly follow one another. */
  private long[] rowsOfScope(CopyBatch batch) {
    if (batch != lastBatch || !isLastScope()) {
      byte[][] values = new byte[scope.length][];
      String[] texts = new String[scope.length];
      for (int i = 0; i < scope.length; i++) {
        int column = scope[i];
        if (!columns.isNull(column)) {
          values[i] =
              Arrays.copyOfRange(columns.bytes(column), columns.start(column), columns.end(column));
          texts[i] = columns.text(column);
        }
      }
      lastScope = values;
      lastBatch = batch;
      rowsOfLastScope = batch.rowsOf(Arrays.asList(texts));
    }
    return rowsOfLastScope;
  }

  private boolean isLastScope() {
    for (int i = 0; i < scope.length; i++) {
      int column = scope[i];
      byte[] last = lastScope[i];
      boolean same =
          columns.isNull(column) || last == null
              ? columns.isNull(column) && last == null
              : Arrays.equals(
                  last,
                  0,
                  last.length,
                  columns.bytes(column),
                  columns.start(column),
                  columns.end(column));
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /** A batch begins anew: what was counted in it before is gone. */
  void begin() {
    lastBatch = null;
  }
}
