package io.refkeeper.cli;

import io.refkeeper.quality.validation.ValidationFinding;
import io.refkeeper.quality.validation.ValidationFinding.Sample;
import io.refkeeper.quality.validation.ValidationHtml;
import io.refkeeper.quality.validation.ValidationReport;
import io.refkeeper.quality.validation.ValidationReport.CheckedTable;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Validates the reference tables now. */
@Command(
    name = "validate",
    description = {
      "Checks the reference tables and what names their rows: filled tables, references that lead"
          + " nowhere, keys that differ only by case, width or spaces, derived rows that nothing names.",
      "Changes none of them; the report is kept in refkeeper.validation_run, and sent to people when it"
          + " says something else than the last one."
    },
    footer = {
      "",
      "Ends with 5 when something was found.",
      "",
      "Example:",
      "  refkeeper validate --html report.html"
    })
final class ValidateCommand implements Callable<Integer> {

  @ParentCommand private Refkeeper refkeeper;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the report as a page for a browser, too.")
  private Path html;

  @Override
  public Integer call() {
    try (Servers servers = refkeeper.servers();
        RefkeeperRuntime runtime = refkeeper.start(servers, Mode.COMMAND)) {
      ValidationReport report = runtime.validate();
      if (html != null) {
        String page = ValidationHtml.page(report, refkeeper.timeZone());
        ExportFile.write(
            html,
            out -> {
              out.write(page);
              return 1;
            });
      }
      if (refkeeper.json()) {
        refkeeper.output().json(report);
      } else {
        print(report, refkeeper.output());
      }
      return report.findings().isEmpty() ? ExitCode.DONE : ExitCode.REFUSED;
    }
  }

  private static void print(ValidationReport report, Output output) {
    TextTable tables = new TextTable("TABLE", "ROWS", "DERIVED");
    for (CheckedTable table : report.tables()) {
      tables.add(table.table(), table.rows(), table.autoDerived());
    }
    tables.lines(output.width() - 2).forEach(line -> output.line("  " + line));
    for (ValidationFinding finding : report.findings()) {
      output.line("");
      output.prose("", finding.severity() + ": " + finding.place());
      output.prose("  ", finding.message());
      for (Sample sample : finding.samples()) {
        output.prose("    ", sample.text());
      }
      long shown = finding.samples().stream().mapToLong(sample -> sample.keys().size()).sum();
      if (finding.keys() > shown && shown > 0) {
        output.line("    and %,d more".formatted(finding.keys() - shown));
      }
      output.prose("  ", finding.remedy());
    }
    output.line("");
    int found = report.findings().size();
    output.prose(
        "",
        String.format(
            Locale.ROOT,
            "Validation %d: %d reference tables, %d references between them, %d foreign keys of"
                + " facts: %s",
            report.id(),
            report.checked().referenceTables(),
            report.checked().references(),
            report.checked().foreignKeys(),
            found == 0 ? "nothing was found" : found == 1 ? "1 finding" : found + " findings"));
  }
}
