package io.refkeeper.sync;

import java.util.List;

/** The columns that {@code refkeeper migrate} adds; no source may write them. */
final class TrackingColumns {

  static final String SOURCE = "_source";
  static final String NEEDS_REVIEW = "_needs_review";
  static final List<String> REQUIRED = List.of(SOURCE, NEEDS_REVIEW);
  static final List<String> ALL =
      List.of(SOURCE, NEEDS_REVIEW, "_derived_from_domain", "_derived_at");

  private TrackingColumns() {}
}
