package io.refkeeper.cli;

import io.refkeeper.retention.RetentionReport;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Deletes now what is older than the policy allows. */
@Command(
    name = "retention",
    description = {
      "Deletes closed rows of the quarantine, entries of the audit log, quality figures, messages,"
          + " reports of the validation and archived files that are older than retention.* of"
          + " reference_management.yml allows.",
      "The service does it every day. Rows that wait in quarantine stay, as do messages that were not"
          + " sent, entries of persons in the audit log, of the figures the last of each day, and the"
          + " last reports."
    },
    footer = {"", "Example:", "  refkeeper retention --dry-run"})
final class RetentionCommand implements Callable<Integer> {

  @ParentCommand private Refkeeper refkeeper;

  @Option(names = "--dry-run", description = "Only count; touches nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    try (Servers servers = refkeeper.servers();
        RefkeeperRuntime runtime = refkeeper.start(servers, Mode.COMMAND)) {
      RetentionReport report = runtime.expire(dryRun);
      Output output = refkeeper.output();
      if (refkeeper.json()) {
        output.json(report);
        return ExitCode.DONE;
      }
      output.line(dryRun ? "Would be deleted:" : "Deleted:");
      output.line("  closed rows of the quarantine  %,d".formatted(report.quarantineRows()));
      output.line("  entries of the audit log       %,d".formatted(report.auditEntries()));
      output.line("  quality figures                %,d".formatted(report.qualitySnapshots()));
      output.line("  messages that were sent        %,d".formatted(report.messages()));
      output.line("  reports of the validation      %,d".formatted(report.validationRuns()));
      output.line("  archived files                 %,d".formatted(report.archivedFiles()));
      if (report.waitingRows() > 0) {
        output.prose(
            "",
            "%,d rows wait in quarantine for longer than closed ones are kept. They stay."
                .formatted(report.waitingRows()));
      }
      return ExitCode.DONE;
    }
  }
}
