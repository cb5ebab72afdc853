package io.refkeeper.cli;

import io.refkeeper.config.NearestName;
import io.refkeeper.ingest.Delivery;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.ingest.FileResult.Status;
import io.refkeeper.ingest.ReportText;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.problem.UsageException;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Loads files now. */
@Command(
    name = "ingest",
    description = {
      "Loads files now, deriving the parents that are missing.",
      "The files stay where they are."
    },
    footer = {"", "Example:", "  refkeeper ingest october.xlsx --dry-run"})
final class IngestCommand implements Callable<Integer> {

  @ParentCommand private Refkeeper refkeeper;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "CSV or XLSX files.")
  private List<Path> files;

  @Option(
      names = "--domain",
      paramLabel = "D",
      description = "Load into this domain, whatever the file's name.")
  private String domain;

  @Option(
      names = "--dry-run",
      description =
          "Do everything but commit. Holds the fact tables' load locks and the parents' row locks"
              + " until it ends, waits up to 5 s for a running load, uses up values of sequences.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description =
          "Load a file although it was loaded before, or although require_fresh_sync is set and a"
              + " sync that it needs is not fresh (which is refused otherwise).")
  private boolean force;

  @Override
  public Integer call() {
    files.forEach(IngestCommand::requireReadable);
    List<FileResult> results = new ArrayList<>();
    try (Servers servers = refkeeper.servers()) {
      requireDomain(refkeeper.setup(servers).loaded().configuration().domains().keySet());
      try (RefkeeperRuntime runtime = refkeeper.start(servers, Mode.COMMAND)) {
        for (Path file : files) {
          FileResult result = ingest(runtime, file);
          results.add(result);
          if (!refkeeper.json()) {
            refkeeper.output().line(ReportText.of(result));
          }
        }
      }
    }
    if (refkeeper.json()) {
      refkeeper.output().json(Map.of("files", results));
    }
    return exitCode(results);
  }

  private FileResult ingest(RefkeeperRuntime runtime, Path file) {
    try (ProgressDisplay bar =
        ProgressDisplay.start(file.getFileName().toString(), refkeeper.output().width())) {
      return runtime.ingest(
          Delivery.of(
              file,
              domain,
              dryRun,
              force,
              (rows, bytesRead, totalBytes) -> bar.reached(bytesRead, totalBytes)));
    }
  }

  private void requireDomain(Set<String> domains) {
    if (domain != null && !domains.contains(domain)) {
      throw new UsageException(
          List.of(
              new Problem(
                  "unknown_domain",
                  "There is no domain %s; nothing was loaded".formatted(domain),
                  "--domain",
                  NearestName.remedy(domain, domains))));
    }
  }

  private static void requireReadable(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new ProblemException(
          new Problem(
              "file_not_readable",
              Files.exists(file) ? "Not a file that can be read" : "There is no such file",
              file.toString(),
              "check the path and its permissions; nothing was loaded"));
    }
  }

  /** Of several results the highest of 5, 4, 0. */
  static int exitCode(List<FileResult> results) {
    if (results.stream().anyMatch(result -> result.status() == Status.REJECTED)) {
      return ExitCode.REFUSED;
    }
    boolean quarantined = results.stream().anyMatch(result -> result.rowsQuarantined() > 0);
    return quarantined ? ExitCode.ROWS_IN_QUARANTINE : ExitCode.DONE;
  }
}
