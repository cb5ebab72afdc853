package io.refkeeper.sync;

import io.refkeeper.database.Table;
import io.refkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * One attempt at one table: what is known of it so far. Every attempt is a new object, so that
 * nothing of one that was rolled back is left. Used by one thread.
 */
final class Attempt {

  private final Table target;
  private long runId;
  private final List<Problem> remarks = new ArrayList<>();
  private final List<String> differences = new ArrayList<>();
  private Fetch fetch;
  private String watermark;
  private long fetched;
  private long zeroDates;
  private long leftOut;
  private long inserted;
  private long updated;
  private long promoted;
  private long deleted;
  private long retained;
  private boolean everyKeyReadable = true;
  private boolean otherwiseWritten;
  private boolean exhausted;
  private boolean anyKeyMissing;
  private boolean everyRowNew;
  private long newKeys;
  private long differing;
  private boolean deliveredBefore;
  private boolean newKeysListed;
  private boolean keyOrder;

  Attempt(Table target) {
    this.target = target;
  }

  Table target() {
    return target;
  }

  /** Names the run in what is written: a dry run's own, rolled back record, too. */
  void writesAs(long syncRunId) {
    runId = syncRunId;
  }

  long runId() {
    return runId;
  }

  void fetches(Fetch request) {
    fetch = request;
    watermark = request.watermark();
  }

  Fetch fetch() {
    return fetch;
  }

  /** The source has no more rows. */
  void fetchedAll() {
    exhausted = true;
  }

  /** Whether rows of the source may be under way. */
  boolean isReading() {
    return fetch != null && !exhausted;
  }

  /** Counts a row of the source; its number, from 1. */
  long rowFetched() {
    return ++fetched;
  }

  long fetched() {
    return fetched;
  }

  /** Each staged row's key is greater than that of the row before. */
  void keyOrderFound() {
    keyOrder = true;
  }

  boolean isInKeyOrder() {
    return keyOrder;
  }

  void zeroDateFound() {
    zeroDates++;
  }

  void reached(String newWatermark) {
    watermark = newWatermark;
  }

  /** The largest value of the incremental column so far; null: there is none. */
  String watermark() {
    return watermark;
  }

  /**
   * Where the next fetch starts. While rows are left out it starts where this one did: one whose
   * parent comes later is asked for again, although it has not changed.
   */
  String nextWatermark() {
    return hasLeftOutRows() ? fetch.watermark() : watermark;
  }

  /** Bad rows were left out; a key that cannot be read may be any key. */
  void rowsLeftOut(long rows, boolean keysReadable) {
    leftOut = rows;
    everyKeyReadable = keysReadable;
  }

  boolean hasLeftOutRows() {
    return leftOut > 0;
  }

  /** The source no longer has every key that it delivered before. */
  void keysMissing() {
    anyKeyMissing = true;
  }

  boolean isAnyKeyMissing() {
    return anyKeyMissing;
  }

  /** Whether a key that the source did not deliver is gone. */
  boolean tellsWhatIsGone() {
    return fetch.complete() && everyKeyReadable;
  }

  /** What the comparison has found: rows in all, those whose key is new, those that differ. */
  void compared(long rows, long keys, long changed) {
    everyRowNew = rows == keys;
    newKeys = keys;
    differing = changed;
  }

  boolean isEveryRowNew() {
    return everyRowNew;
  }

  long newKeys() {
    return newKeys;
  }

  long differing() {
    return differing;
  }

  /** The source has delivered keys of the table before. */
  void deliveredBefore() {
    deliveredBefore = true;
  }

  boolean hasDeliveredBefore() {
    return deliveredBefore;
  }

  /** The keys that the source delivers for the first time are in {@code sync_key_difference}. */
  void newKeysListed() {
    newKeysListed = true;
  }

  boolean areNewKeysListed() {
    return newKeysListed;
  }

  void applied(long newRows, long changedRows, long promotedRows) {
    inserted = newRows;
    updated = changedRows;
    promoted = promotedRows;
  }

  void deleted(long rows) {
    deleted += rows;
  }

  void retained(long rows) {
    retained = rows;
  }

  /** Something was written that no count tells: a flag, a retired alias. */
  void wroteOtherwise() {
    otherwiseWritten = true;
  }

  boolean hasWritten() {
    return otherwiseWritten || inserted + updated + promoted + deleted > 0;
  }

  Counts counts() {
    long unchanged = fetched - leftOut - inserted - updated - promoted;
    return new Counts(
        fetched, inserted, updated, unchanged, promoted, deleted, retained, leftOut, zeroDates);
  }

  /** Tells people something about a sync that succeeds: rows left out, or retained. */
  void remark(Problem problem) {
    remarks.add(problem);
  }

  List<Problem> remarks() {
    return List.copyOf(remarks);
  }

  void differs(List<String> sample) {
    differences.addAll(sample);
  }

  List<String> differences() {
    return List.copyOf(differences);
  }
}
