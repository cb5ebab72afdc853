package io.refkeeper.ingest;

import io.refkeeper.notification.LoadDigest.DerivedSample;
import io.refkeeper.notification.LoadDigest.DerivedTable;
import io.refkeeper.notification.LoadDigest.QuarantineReason;
import io.refkeeper.notification.PlainText;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A file's result as plain text for people: in a terminal, and beside the archived file. */
public final class ReportText {

  private static final int WIDTH = 79;
  private static final int SAMPLES = 3;
  private static final int FELL_THROUGH = 10;
  private static final int IGNORED_COLUMNS = 6;

  private ReportText() {}

  /** Some lines, each ended by a line feed. */
  public static String of(FileResult result) {
    StringBuilder text = new StringBuilder();
    String headline = headline(result);
    boolean fits = PlainText.width(result.file()) + headline.length() + 2 <= WIDTH;
    line(text, fits ? "%s: %s" : "%s:\n  %s", result.file(), headline);
    if (result.degraded()) {
      prose(text, "  ", "degraded mode: " + result.degradedReason());
    }
    for (FileResult.Reason reason : result.reasons()) {
      prose(text, "  ", reason.problem().toString());
    }
    result.loads().forEach(load -> appendLoad(text, load));
    return text.toString();
  }

  private static String headline(FileResult result) {
    return switch (result.status()) {
      case LOADED -> "loaded in %.1f s".formatted(result.durationMs() / 1000.0);
      case WOULD_LOAD -> "would load (dry run: nothing was changed)";
      case DUPLICATE -> "duplicate: these bytes are loaded already; nothing was done";
      case REJECTED -> "rejected: nothing was loaded";
    };
  }

  private static void appendLoad(StringBuilder text, LoadResult load) {
    line(text, "  %s -> %s (load %d)", load.domain(), load.table(), load.loadRunId());
    line(
        text,
        "    rows read %s = loaded %s + quarantined %s + filtered %s%s",
        number(load.rowsRead()),
        number(load.rowsLoaded()),
        number(load.rowsQuarantined()),
        number(load.rowsFiltered()),
        load.rowsReplaced() == 0 ? "" : "; replaced " + number(load.rowsReplaced()));
    prose(
        text,
        "    ",
        load.coverage().entrySet().stream()
            .map(entry -> "%s\u00a0%.1f%%".formatted(entry.getKey(), entry.getValue() * 100))
            .collect(Collectors.joining(", ", "keys that were there: ", "")));
    if (!load.foundOnDemand().isEmpty()) {
      prose(
          text,
          "    ",
          load.foundOnDemand().entrySet().stream()
              .map(entry -> entry.getKey() + "\u00a0" + number(entry.getValue()))
              .collect(Collectors.joining(", ", "keys found at their source on demand: ", "")));
    }
    if (load.controlTotals() != null) {
      prose(text, "    ", totals(load.controlTotals()));
    }
    if (load.fkCheckReason() != null) {
      prose(
          text, "    ", "foreign keys checked row by row by the database: " + load.fkCheckReason());
    }
    if (load.ignoredColumns().count() > 0) {
      prose(
          text,
          "    ",
          "columns left out, named by no rule and by no column of the table: "
              + load.ignoredColumns().words(IGNORED_COLUMNS));
    }
    for (DerivedTable table : load.newParentSamples()) {
      line(text, "    new in %s: %s, to be reviewed", table.table(), number(table.count()));
      table.samples().stream().limit(SAMPLES).forEach(sample -> appendSample(text, sample));
      if (table.count() > SAMPLES) {
        line(text, "      … and %s more", number(table.count() - SAMPLES));
      }
    }
    for (LoadResult.LeftEmpty left : load.leftEmpty()) {
      prose(
          text,
          "    ",
          "left empty in %s %s: %s: %s"
              .formatted(
                  left.table(), String.join(", ", left.key()), left.column(), left.reason()));
    }
    for (QuarantineReason reason : load.quarantineReasons()) {
      prose(
          text,
          "    ",
          "quarantined %s x %s: %s"
              .formatted(number(reason.count()), reason.code(), reason.reason()));
    }
    load.fellThrough().forEach((column, values) -> appendFellThrough(text, column, values));
  }

  private static String totals(LoadResult.ControlTotals totals) {
    LoadResult.Totals before = totals.previous();
    StringBuilder text =
        new StringBuilder("control totals%s: rows ".formatted(before == null ? "" : " (before)"));
    text.append(number(totals.load().rows()));
    if (before != null) {
      text.append("\u00a0(").append(number(before.rows())).append(')');
    }
    totals
        .load()
        .sums()
        .forEach(
            (column, sum) -> {
              text.append(", ").append(column).append('\u00a0').append(amount(sum));
              if (before != null && before.sums().containsKey(column)) {
                text.append("\u00a0(").append(amount(before.sums().get(column))).append(')');
              }
            });
    return text.toString();
  }

  private static String amount(String sum) {
    return String.format(Locale.ROOT, "%,f", new BigDecimal(sum)).replaceFirst("\\.?0+$", "");
  }

  private static void appendSample(StringBuilder text, DerivedSample sample) {
    String values =
        sample.values().entrySet().stream()
            .limit(3)
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(", "));
    String provenance =
        "%s from %sline %d, %s rows: %s"
            .formatted(
                String.join(", ", sample.key()),
                sample.sheet() == null || sample.sheet().isEmpty() ? "" : sample.sheet() + " ",
                sample.firstLine(),
                number(sample.factRows()),
                values);
    line(text, "      %s", PlainText.oneLine(provenance, WIDTH - 6));
  }

  private static void appendFellThrough(
      StringBuilder text, String column, Map<String, Long> values) {
    String list =
        values.entrySet().stream()
            .limit(FELL_THROUGH)
            .map(
                entry ->
                    "%s x %s"
                        .formatted(
                            entry.getKey().isEmpty() ? "(blank)" : entry.getKey(),
                            number(entry.getValue())))
            .collect(Collectors.joining(", "));
    prose(
        text,
        "    ",
        "values that the map of %s does not list, loaded as \"otherwise\" says or as they are: %s%s"
            .formatted(column, list, values.size() > FELL_THROUGH ? ", …" : ""));
  }

  private static void prose(StringBuilder text, String indent, String sentence) {
    text.append(PlainText.wrap(sentence, WIDTH, indent, indent + "  ")).append('\n');
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(format.formatted(arguments)).append('\n');
  }
}
