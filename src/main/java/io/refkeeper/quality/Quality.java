package io.refkeeper.quality;

import java.time.Instant;
import java.util.List;

/**
 * How good the reference data are, and how that has changed.
 *
 * @param days what counts as recent: loads, derived records and reviews of so many days
 * @param tables those that were ever counted, by name
 * @param coverage of the recent loads, by domain and foreign key
 * @param domains those with the most recently derived records, at most five
 * @param files those with the most recently derived records, at most five
 * @param alerts thresholds that are crossed now
 */
public record Quality(
    int days,
    List<Table> tables,
    List<Coverage> coverage,
    List<Origin> domains,
    List<Origin> files,
    Review review,
    List<Alert> alerts) {

  /** The users' target: more than this share of the keys is there before a file comes. */
  public static final double COVERAGE_TARGET = 0.9;

  /** The share of derived rows; 0 when there are none at all. */
  static double ratio(long derived, long authoritative) {
    return derived == 0 ? 0 : (double) derived / (derived + authoritative);
  }

  /**
   * A reference table.
   *
   * @param flagged authoritative rows that need review: gone at the source, still referenced
   * @param oldestPending since when the oldest derived record waits; null: none does
   * @param ratioBefore the derived ratio then
   * @param before when: {@link Quality#days} ago, or the table's first snapshot after that
   * @param takenAt when the figures were taken: they change with loads and syncs
   */
  public record Table(
      String table,
      long authoritative,
      long autoDerived,
      long pendingReview,
      long flagged,
      Instant oldestPending,
      double derivedRatio,
      double ratioBefore,
      Instant before,
      Instant takenAt) {}

  /**
   * What share of a foreign key's distinct keys was there before.
   *
   * @param average over all keys of the recent loads
   * @param latest of the last load
   * @param onTarget whether the average is above {@link #COVERAGE_TARGET}
   */
  public record Coverage(
      String domain,
      String foreignKey,
      long loads,
      double average,
      double lowest,
      double latest,
      boolean onTarget) {}

  /** A domain or a file, and how many records were derived from it. */
  public record Origin(String name, long derived, long pending) {}

  /**
   * What was closed recently.
   *
   * @param reviewed by a person
   * @param superseded by the source
   * @param medianHours from derivation to review; null: nothing was reviewed
   */
  public record Review(long reviewed, long superseded, Double medianHours, Double longestHours) {}

  /**
   * A threshold that is crossed.
   *
   * @param table null: all tables together
   * @param value the one that crossed it
   */
  public record Alert(
      String alert, String table, double threshold, double value, Instant raisedAt) {}

  /** The derived ratio of all tables together. */
  public double derivedRatio() {
    return ratio(
        tables.stream().mapToLong(Table::autoDerived).sum(),
        tables.stream().mapToLong(Table::authoritative).sum());
  }
}
