package io.refkeeper.cli;

import io.refkeeper.config.Configuration;
import io.refkeeper.review.PendingExport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Writes the records that wait for a review as CSV. */
@Command(
    name = "export",
    description = "Writes the derived records that wait for a review as CSV for Excel.",
    footer = {
      "",
      "A cell that a spreadsheet would take for a formula begins with a quote: '.",
      "The columns id and version say which state of a record the file holds.",
      "",
      "Example:",
      "  refkeeper review export --table 年金计划 --output pending.csv"
    })
final class ReviewExportCommand implements Callable<Integer> {

  @ParentCommand private ReviewCommand parent;

  @Spec private CommandSpec spec;

  @Option(
      names = "--table",
      paramLabel = "TABLE",
      description = "Of this table only, with a column for each of its columns as they are now.")
  private String table;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The file; one of that name is replaced. None: standard output.")
  private Path output;

  @Override
  public Integer call() {
    Refkeeper refkeeper = parent.refkeeper();
    if (refkeeper.json() && output == null) {
      throw new ParameterException(
          spec.commandLine(), "--json needs --output; see also: review list");
    }
    try (Servers servers = refkeeper.servers()) {
      Configuration configuration = refkeeper.setup(servers).loaded().configuration();
      refkeeper.requireMigrated(servers.target());
      PendingExport export = new PendingExport(configuration, servers.target().dataSource());
      if (output == null) {
        ExportFile.write(spec.commandLine().getOut(), out -> export.write(table, out));
        return ExitCode.DONE;
      }
      long written = ExportFile.write(output, out -> export.write(table, out));
      if (refkeeper.json()) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("file", output.toString());
        document.put("rows", written);
        refkeeper.output().json(document);
      } else {
        refkeeper.output().line("%,d records written to %s".formatted(written, output));
      }
      return ExitCode.DONE;
    }
  }
}
