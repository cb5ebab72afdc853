package io.refkeeper.cli;

import io.refkeeper.quality.Quality;
import io.refkeeper.quality.Quality.Alert;
import io.refkeeper.quality.Quality.Coverage;
import io.refkeeper.quality.Quality.Origin;
import io.refkeeper.quality.Quality.Review;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The quality figures as tables for a terminal. */
final class QualityText {

  private final DateTimeFormatter day;
  private final Output output;

  /**
   * @param timeZone the one whose days are shown
   */
  QualityText(ZoneId timeZone, Output output) {
    this.day = DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(timeZone);
    this.output = output;
  }

  /** Prints all of them. */
  void print(Quality quality) {
    tables(quality);
    coverage(quality);
    origins("Derived in %d days, by domain", "DOMAIN", quality.domains(), quality);
    origins("Derived in %d days, by file", "FILE", quality.files(), quality);
    review(quality);
    alerts(quality);
  }

  private void tables(Quality quality) {
    TextTable table =
        new TextTable("ROWS", "DERIVED", "SHARE", "BEFORE", "WAITING", "SINCE", "FLAGGED", "TABLE");
    for (Quality.Table row : quality.tables()) {
      table.add(
          row.authoritative() + row.autoDerived(),
          row.autoDerived(),
          share(row.derivedRatio()),
          share(row.ratioBefore()),
          row.pendingReview(),
          row.oldestPending() == null ? "" : day(row.oldestPending()),
          row.flagged(),
          row.table());
    }
    if (quality.tables().isEmpty()) {
      output.prose("", "Reference tables: none was counted yet; a sync or a load counts them");
    } else {
      section(
          "Reference tables: %s of all rows are derived".formatted(share(quality.derivedRatio())),
          table);
    }
    output.line("");
  }

  private void coverage(Quality quality) {
    if (quality.coverage().isEmpty()) {
      output.line("Keys that were there before: no load in %d days".formatted(quality.days()));
      output.line("");
      return;
    }
    TextTable table =
        new TextTable("LOADS", "AVERAGE", "LOWEST", "LAST", "TARGET", "FOREIGN KEY", "DOMAIN");
    for (Coverage row : quality.coverage()) {
      table.add(
          row.loads(),
          share(row.average()),
          share(row.lowest()),
          share(row.latest()),
          row.onTarget() ? "met" : "missed",
          row.foreignKey(),
          row.domain());
    }
    section(
        "Keys that were there before a file came, %d days; target: more than %s"
            .formatted(quality.days(), share(Quality.COVERAGE_TARGET)),
        table);
    output.line("");
  }

  private void origins(String title, String heading, List<Origin> origins, Quality quality) {
    String line = title.formatted(quality.days());
    if (origins.isEmpty()) {
      output.line(line + ": none");
    } else {
      TextTable table = new TextTable("RECORDS", "WAITING", heading);
      origins.forEach(origin -> table.add(origin.derived(), origin.pending(), origin.name()));
      section(line, table);
    }
    output.line("");
  }

  private void review(Quality quality) {
    Review review = quality.review();
    String waited =
        review.medianHours() == null
            ? ""
            : ", after %s in the median and %s at most"
                .formatted(hours(review.medianHours()), hours(review.longestHours()));
    output.prose(
        "",
        "Closed in %d days: %,d by people%s; %,d that their source has supplied"
            .formatted(quality.days(), review.reviewed(), waited, review.superseded()));
    output.line("");
  }

  private void alerts(Quality quality) {
    if (quality.alerts().isEmpty()) {
      output.line("Thresholds crossed now: none");
      return;
    }
    TextTable table = new TextTable("SINCE", "VALUE", "THRESHOLD", "ALERT", "TABLE");
    for (Alert alert : quality.alerts()) {
      boolean ratio = alert.table() != null;
      table.add(
          day(alert.raisedAt()),
          ratio ? share(alert.value()) : number(alert.value()),
          ratio ? share(alert.threshold()) : number(alert.threshold()),
          alert.alert(),
          ratio ? alert.table() : "all together");
    }
    section("Thresholds crossed now", table);
  }

  private void section(String title, TextTable table) {
    output.line(title);
    table.lines(output.width() - 2).forEach(line -> output.line("  " + line));
  }

  private String day(Instant instant) {
    return day.format(instant);
  }

  private static String share(double ratio) {
    return String.format(Locale.ROOT, "%.1f%%", ratio * 100);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String hours(double hours) {
    Duration duration = Duration.ofMinutes(Math.round(hours * 60));
    return duration.toDays() > 1
        ? duration.toDays() + " days"
        : duration.toHours() > 1 ? duration.toHours() + " h" : duration.toMinutes() + " min";
  }
}
