package io.refkeeper.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;

/**
 * A gauge that is read from the control schema; {@code sql/observed_figures.sql} names it in lower
 * case.
 */
enum Figure {
  REFERENCE_ROWS("refkeeper.reference.rows", null, "Rows of a reference table by _source"),
  DERIVED_RATIO("refkeeper.derived.ratio", null, "Share of derived rows in a reference table"),
  REVIEWS_PENDING("refkeeper.reviews.pending", null, "Derived rows that wait for review"),
  REVIEW_OLDEST("refkeeper.review.oldest", "seconds", "Age of the oldest record in review"),
  COVERAGE_RATIO(
      "refkeeper.coverage.ratio",
      null,
      "Share of the last load's distinct keys that were there before"),
  QUARANTINE_WAITING("refkeeper.quarantine.waiting", "rows", "Rows that wait in quarantine"),
  OUTBOX_MESSAGES("refkeeper.outbox.messages", null, "Messages that are pending or dead"),
  OUTBOX_OLDEST("refkeeper.outbox.oldest", "seconds", "Age of the oldest pending message"),
  SYNC_LAST_SUCCESS(
      "refkeeper.sync.last.success.timestamp", "seconds", "When a table's sync last succeeded"),
  SYNC_LEFT_BEHIND(
      "refkeeper.sync.left.behind", null, "1: the table's last sync failed, was held or skipped"),
  ALERT_ACTIVE("refkeeper.alert.active", null, "1: the threshold is crossed");

  private final String meter;
  private final String unit;
  private final String description;

  Figure(String meter, String unit, String description) {
    this.meter = meter;
    this.unit = unit;
    this.description = description;
  }

  MultiGauge register(MeterRegistry registry) {
    return MultiGauge.builder(meter).baseUnit(unit).description(description).register(registry);
  }
}
