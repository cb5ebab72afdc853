package io.refkeeper.cli;

import io.refkeeper.database.TargetDatabase;
import io.refkeeper.quality.Status;
import io.refkeeper.quality.Status.Load;
import io.refkeeper.quality.Status.TableSync;
import io.refkeeper.quality.Status.Waiting;
import io.refkeeper.quality.StatusQuery;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Shows what happened last and what waits. */
@Command(
    name = "status",
    description = "Shows the last syncs and loads, pending reviews, quarantine and outbox.",
    footer = {"", "Example:", "  refkeeper status --json | jq .quarantine"})
final class StatusCommand implements Callable<Integer> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZoneId.systemDefault());

  @ParentCommand private Refkeeper refkeeper;

  @Override
  public Integer call() {
    Status status;
    try (TargetDatabase target = refkeeper.openTarget(1)) {
      status = new StatusQuery(target.dataSource()).read();
    }
    if (refkeeper.json()) {
      refkeeper.output().json(status);
    } else {
      print(status, refkeeper.output());
    }
    return ExitCode.DONE;
  }

  private static void print(Status status, Output output) {
    TextTable syncs =
        new TextTable("TABLE", "SYNCED", "STATUS", "FETCHED", "NEW", "CHANGED", "GONE", "KEPT");
    for (TableSync sync : status.tables()) {
      syncs.add(
          sync.table(),
          time(sync.finishedAt()),
          sync.status(),
          sync.fetched(),
          sync.inserted(),
          sync.updated(),
          sync.deleted(),
          sync.retained());
    }
    section(output, "Last syncs", syncs, status.tables().isEmpty());

    TextTable loads =
        new TextTable("STARTED", "DOMAIN", "FILE", "STATUS", "READ", "LOADED", "WAITING");
    for (Load load : status.loads()) {
      loads.add(
          time(load.startedAt()),
          load.domain(),
          load.file(),
          load.degraded() ? load.status() + ", degraded" : load.status(),
          load.rowsRead(),
          load.rowsLoaded(),
          load.rowsQuarantined());
    }
    section(output, "Last loads", loads, status.loads().isEmpty());
    waiting(output, "Pending reviews", "TABLE", status.pendingReviews());
    waiting(output, "Rows in quarantine", "DOMAIN", status.quarantine());
    output.line(
        "Messages: %,d to be sent, %,d given up"
            .formatted(status.outbox().pending(), status.outbox().dead()));
  }

  private static void waiting(Output output, String title, String heading, List<Waiting> items) {
    TextTable table = new TextTable(heading, "WAITING", "SINCE");
    items.forEach(item -> table.add(item.name(), item.count(), time(item.since())));
    section(output, title, table, items.isEmpty());
  }

  private static void section(Output output, String title, TextTable table, boolean empty) {
    if (empty) {
      output.line(title + ": none");
    } else {
      output.line(title);
      table.lines().forEach(line -> output.line("  " + line));
    }
    output.line("");
  }

  private static String time(Instant instant) {
    return instant == null ? "" : TIME.format(instant);
  }
}
