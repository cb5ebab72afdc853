package io.refkeeper.config;

/**
 * Bounds over which a file is rejected whole.
 *
 * @param maxUnknownRatio share of a file's distinct keys, per foreign key, 0 to 1
 * @param maxNewParents rows per parent table
 * @param maxQuarantinedRatio share of a file's rows, 0 to 1
 * @param minRows ratios count from this many rows on
 */
public record Limits(
    double maxUnknownRatio, long maxNewParents, double maxQuarantinedRatio, long minRows) {
  public static final Limits DEFAULT = new Limits(0.5, 5000, 0.2, 100);
}
