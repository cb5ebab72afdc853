package io.refkeeper.cli;

import io.refkeeper.database.TargetDatabase;
import io.refkeeper.quality.Quality;
import io.refkeeper.quality.QualityQuery;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows how good the reference data are. */
@Command(
    name = "quality",
    description = "Shows derived ratios, coverage, reviews, and where derived records come from.",
    footer = {
      "",
      "SHARE: derived rows among a table's rows. BEFORE: the same N days ago, or when the table was"
          + " first counted. WAITING: derived records that nobody has reviewed, and since when the"
          + " oldest does. FLAGGED: authoritative rows that are gone at their source and still"
          + " referenced.",
      "The keys of a file that are there before it comes: the target is more than 90%%.",
      "",
      "Example:",
      "  refkeeper quality --days 7 --json | jq .coverage"
    })
final class QualityCommand implements Callable<Integer> {

  private static final int MOST_DAYS = 3_650;

  @ParentCommand private Refkeeper refkeeper;

  @Spec private CommandSpec spec;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "30",
      description = "How far back to look (default: ${DEFAULT-VALUE}).")
  private int days;

  @Override
  public Integer call() {
    if (days < 1 || days > MOST_DAYS) {
      throw new ParameterException(
          spec.commandLine(), "--days must be between 1 and %,d".formatted(MOST_DAYS));
    }
    ZoneId timeZone = refkeeper.timeZone();
    try (TargetDatabase target = refkeeper.openTarget(1)) {
      Quality quality = new QualityQuery(target.dataSource()).read(days);
      Output output = refkeeper.output();
      if (refkeeper.json()) {
        output.json(document(quality));
      } else {
        new QualityText(timeZone, output).print(quality);
        output.line("");
        output.line("Days are those of %s.".formatted(timeZone));
      }
      return ExitCode.DONE;
    }
  }

  private static Map<String, Object> document(Quality quality) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("days", quality.days());
    document.put("derived_ratio", quality.derivedRatio());
    document.put("coverage_target", Quality.COVERAGE_TARGET);
    document.put("tables", quality.tables());
    document.put("coverage", quality.coverage());
    document.put("domains", quality.domains());
    document.put("files", quality.files());
    document.put("review", quality.review());
    document.put("alerts", quality.alerts());
    return document;
  }
}
