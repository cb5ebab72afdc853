package io.refkeeper.ingest;

import io.refkeeper.backfill.Derivation;
import io.refkeeper.database.copy.EncodedRows;
import io.refkeeper.ingest.KnownKeys.Answer;
import io.refkeeper.ingest.reader.PlainRecord;
import io.refkeeper.ingest.transform.PlainColumns;
import io.refkeeper.reference.BoundForeignKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The short way of a row from the file's bytes to COPY's: for records about which nothing has to be
 * asked, neither the rules of the domain nor the database. All others go the long way, over {@link
 * FactRow} and the router. Used by the reader's thread.
 */
final class PlainLane {

  private final PlainColumns columns;
  private final List<Parent> parents;
  private final KnownKeys[] knownKeys;
  private final Object[] unknownKeys;
  private final boolean[] derived;

  /** So many values, from the first on, hold all that derivations read. */
  private final int derivedColumns;

  private final int[] scope;
  private final byte[] loadId;
  private byte[][] lastScope = {};
  private CopyBatch lastBatch;
  private long[] rowsOfLastScope;

  private PlainLane(DomainLoad load, PlainColumns columns) {
    this.columns = columns;
    this.parents = load.parents().all();
    this.knownKeys = parents.stream().map(p -> new KnownKeys(p.states())).toArray(KnownKeys[]::new);
    this.unknownKeys = new Object[knownKeys.length];
    this.derived = new boolean[knownKeys.length];
    int most = 0;
    for (int p = 0; p < derived.length; p++) {
      Derivation derivation = parents.get(p).derivation();
      derived[p] = derivation != null && derivation.positions().length() <= columns.size();
      if (derived[p]) {
        most = Math.max(most, derivation.positions().length());
      }
    }
    this.derivedColumns = most;
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

  /** Takes the record into one of the batches if it can go the short way. */
  boolean take(PlainRecord record, CopyBatch known, HeldBatch held) {
    if (!columns.accepts(record)) {
      return false;
    }
    Answer answer = parents();
    switch (answer) {
      case KNOWN -> {
        encode(known.encoded());
        known.countEncoded(scope.length == 0 ? null : rowsOfScope(known));
      }
      case UNKNOWN -> {
        held.mentions().add(mention(record.line()));
        held.rows().add(record, columns);
      }
      case ASK -> {
        return false;
      }
    }
    record.take();
    return true;
  }

  /** Whether all parents are known, or some unknown and derived, or else somebody has to judge. */
  private Answer parents() {
    Answer all = Answer.KNOWN;
    for (int p = 0; p < knownKeys.length; p++) {
      unknownKeys[p] = null;
      BoundForeignKey key = parents.get(p).foreignKey();
      Answer answer =
          key.positions().size() == 1
              ? single(key.positions().get(0), p)
              : composite(key.positions(), p);
      if (answer == Answer.ASK || answer == Answer.UNKNOWN && !derived[p]) {
        return Answer.ASK;
      }
      if (answer == Answer.UNKNOWN) {
        all = Answer.UNKNOWN;
      }
    }
    return all;
  }

  private Answer single(int column, int parent) {
    if (columns.isNull(column)) {
      return ofBlank(parent);
    }
    KnownKeys known = knownKeys[parent];
    Answer answer = known.find(columns.bytes(column), columns.start(column), columns.end(column));
    if (answer == Answer.UNKNOWN) {
      unknownKeys[parent] = known.unknownKey();
    }
    return answer;
  }

  private Answer composite(List<Integer> positions, int parent) {
    List<String> parts = new ArrayList<>();
    for (int column : positions) {
      if (columns.isNull(column)) {
        return ofBlank(parent);
      }
      parts.add(columns.text(column));
    }
    Object key = BoundForeignKey.key(parts);
    Object state = parents.get(parent).states().of(key);
    if (state == KeyStates.UNKNOWN) {
      unknownKeys[parent] = key;
      return Answer.UNKNOWN;
    }
    return state == KeyStates.KNOWN ? Answer.KNOWN : Answer.ASK;
  }

  private Answer ofBlank(int parent) {
    return parents.get(parent).foreignKey().rule().skipBlankValues() ? Answer.KNOWN : Answer.ASK;
  }

  private HeldBatch.Mention mention(long line) {
    String[] values = new String[derivedColumns];
    for (int p = 0; p < unknownKeys.length; p++) {
      if (unknownKeys[p] != null) {
        BitSet read = parents.get(p).derivation().positions();
        for (int i = read.nextSetBit(0); i >= 0; i = read.nextSetBit(i + 1)) {
          values[i] = columns.text(i);
        }
      }
    }
    return new HeldBatch.Mention(line, unknownKeys.clone(), values);
  }

  private void encode(EncodedRows into) {
    do {
      into.beginRow();
      for (int i = 0; i < columns.size(); i++) {
        if (columns.isNull(i)) {
          into.nothing();
        } else {
          into.plainValue(columns.bytes(i), columns.start(i), columns.end(i));
        }
      }
      if (loadId != null) {
        into.plainValue(loadId, 0, loadId.length);
      }
    } while (!into.endRow());
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
