package io.refkeeper.cli;

import io.refkeeper.problem.Problem;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.sync.TableReport;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Syncs reference tables now. */
@Command(
    name = "sync",
    description = "Syncs reference tables with their sources, parents before children.",
    footer = {
      "",
      "NEW, CHANGED, SAME: rows inserted, updated, and as the source has them. PROMOTED: rows that"
          + " loads had derived and that the source now knows. GONE: rows deleted, because the source"
          + " has them no more. KEPT: rows that the source has no more but that are still referenced.",
      "",
      "Example:",
      "  refkeeper sync 年金计划 组合计划 --dry-run"
    })
final class SyncCommand implements Callable<Integer> {

  @ParentCommand private Refkeeper refkeeper;

  @Parameters(
      paramLabel = "TABLE",
      arity = "0..*",
      description = "Tables; none: all with a source.")
  private List<String> tables = List.of();

  @Option(
      names = "--dry-run",
      description =
          "Do everything but commit, and show a sample of the differences. Holds the tables' sync"
              + " locks and row locks until it ends; uses up values of sequences.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description = "Go on although a source has lost more rows than max_shrink allows.")
  private boolean force;

  @Override
  public Integer call() {
    try (Servers servers = refkeeper.servers();
        RefkeeperRuntime runtime = refkeeper.start(servers, Mode.COMMAND)) {
      SyncReport report = runtime.sync(SyncRequest.manual(tables, dryRun, force));
      if (refkeeper.json()) {
        refkeeper.output().json(report);
      } else {
        print(report, refkeeper.output());
        if (dryRun) {
          refkeeper.output().line("Dry run: nothing was changed.");
        }
      }
      boolean refused =
          report.tables().stream()
              .anyMatch(table -> List.of("failed", "held", "skipped").contains(table.status()));
      return refused ? ExitCode.REFUSED : ExitCode.DONE;
    }
  }

  private static String line(TableReport row, Problem problem) {
    boolean named = problem.place().startsWith(row.table());
    return named ? problem.toString() : row.table() + ": " + problem;
  }

  static void print(SyncReport report, Output output) {
    TextTable table =
        new TextTable(
            "TABLE", "STATUS", "FETCHED", "NEW", "CHANGED", "SAME", "PROMOTED", "GONE", "KEPT");
    for (TableReport row : report.tables()) {
      table.add(
          row.table(),
          row.status(),
          row.fetched(),
          row.inserted(),
          row.updated(),
          row.unchanged(),
          row.promoted(),
          row.deleted(),
          row.retained());
    }
    table.lines(output.width() - 2).forEach(line -> output.line("  " + line));
    for (TableReport row : report.tables()) {
      row.errors().forEach(problem -> output.prose("  ", line(row, problem)));
      row.differences().forEach(difference -> output.line("  " + difference));
    }
    if (report.rowsReleased() > 0) {
      output.prose(
          "  ",
          "%,d rows had waited in quarantine for a parent that has come; they are loaded now."
              .formatted(report.rowsReleased()));
    }
  }
}
