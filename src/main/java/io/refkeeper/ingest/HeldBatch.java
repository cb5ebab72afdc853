package io.refkeeper.ingest;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of one chunk that wait for parents which the reader knew already to be missing: the rows as
 * bytes, and of each what its parents are derived from. Filled by the reader, then handed over.
 */
final class HeldBatch {

  private final HeldBlock rows;
  private final List<Mention> mentions = new ArrayList<>();

  /**
   * @param rows an empty block
   */
  HeldBatch(HeldBlock rows) {
    this.rows = rows;
  }

  /**
   * That a row names parents which have to be derived.
   *
   * @param line of the row; a plain record has no sheet
   * @param keys one a foreign key of the load; null where nothing is derived
   * @param values the row's values as far as derivations read them, and of these only what they
   *     read
   */
  record Mention(long line, Object[] keys, String[] values) {}

  HeldBlock rows() {
    return rows;
  }

  List<Mention> mentions() {
    return mentions;
  }

  int size() {
    return mentions.size();
  }
}
