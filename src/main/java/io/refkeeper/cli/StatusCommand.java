package io.refkeeper.cli;

import io.refkeeper.database.TargetDatabase;
import io.refkeeper.problem.Problem;
import io.refkeeper.quality.Status;
import io.refkeeper.quality.Status.Degraded;
import io.refkeeper.quality.Status.Held;
import io.refkeeper.quality.Status.Load;
import io.refkeeper.quality.Status.TableSync;
import io.refkeeper.quality.Status.Waiting;
import io.refkeeper.quality.StatusQuery;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Shows what happened last and what waits. */
@Command(
    name = "status",
    description = "Shows the last syncs and loads, pending reviews, quarantine and outbox.",
    footer = {
      "",
      "NEW, CHANGED: rows inserted and updated. GONE: rows deleted, because the source has them no"
          + " more. KEPT: rows that the source has no more but that are still referenced. WAITING:"
          + " rows that the load put into quarantine and that were not loaded since. RELEASED: those"
          + " that were, when the parent that they name had come.",
      "A reason is shortened to one line; --json has all of them in full.",
      "",
      "Example:",
      "  refkeeper status --json | jq .quarantine"
    })
final class StatusCommand implements Callable<Integer> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mmX").withZone(ZoneId.systemDefault());

  @ParentCommand private Refkeeper refkeeper;

  @Override
  public Integer call() {
    try (TargetDatabase target = refkeeper.openTarget(1)) {
      DatabaseName database = DatabaseName.of(target);
      Output output = refkeeper.output();
      if (refkeeper.json()) {
        output.json(document(database, new StatusQuery(target.dataSource()).read()));
        return ExitCode.DONE;
      }
      Status status = new StatusQuery(target.dataSource()).read();
      output.line("Database: " + database.words());
      target
          .embedded()
          .ifPresent(
              server -> {
                output.line("  To look into it, while a refkeeper process runs:");
                output.line(DatabaseName.psql(server));
              });
      output.line("");
      print(status, output);
      return ExitCode.DONE;
    }
  }

  private static Map<String, Object> document(DatabaseName database, Status status) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("database", database);
    document.put("tables", status.tables());
    document.put("degraded", status.degraded());
    document.put("held", status.held());
    document.put("loads", status.loads());
    document.put("pending_reviews", status.pendingReviews());
    document.put("quarantine", status.quarantine());
    document.put("outbox", status.outbox());
    return document;
  }

  private static void print(Status status, Output output) {
    TextTable syncs =
        new TextTable("SYNCED", "STATUS", "FETCHED", "NEW", "CHANGED", "GONE", "KEPT", "TABLE");
    for (TableSync sync : status.tables()) {
      syncs.add(
          time(sync.finishedAt()),
          sync.status(),
          sync.fetched(),
          sync.inserted(),
          sync.updated(),
          sync.deleted(),
          sync.retained(),
          sync.table());
      sync.errors().stream().limit(1).forEach(problem -> syncs.note(reason(problem)));
    }
    section(output, "Last syncs", syncs, status.tables().isEmpty());

    TextTable degraded = new TextTable("SINCE", "LAST SYNC", "TABLE");
    for (Degraded table : status.degraded()) {
      degraded.add(time(table.since()), table.cause().replace('_', ' '), table.table());
      note(degraded, table.reason());
    }
    section(output, "Degraded mode", degraded, status.degraded().isEmpty());

    if (!status.held().isEmpty()) {
      TextTable held = new TextTable("SINCE", "DOMAIN", "FIRST FILE");
      for (Held files : status.held()) {
        held.add(time(files.since()), files.domain(), files.file());
        note(held, files.reason());
      }
      section(output, "Files that wait for a fresh sync", held, false);
    }

    TextTable loads =
        new TextTable(
            "LOAD", "STARTED", "STATUS", "READ", "LOADED", "WAITING", "RELEASED", "DOMAIN", "FILE");
    for (Load load : status.loads()) {
      loads.add(
          load.id(),
          time(load.startedAt()),
          load.degraded() ? load.status() + ", degraded" : load.status(),
          load.rowsRead(),
          load.rowsLoaded(),
          load.rowsQuarantined() - load.rowsReleased(),
          load.rowsReleased(),
          load.domain(),
          load.file());
      load.reasons().stream().limit(1).forEach(problem -> loads.note(reason(problem)));
    }
    section(output, "Last loads", loads, status.loads().isEmpty());
    waiting(output, "Pending reviews", "TABLE", status.pendingReviews());
    waiting(output, "Rows in quarantine", "DOMAIN", status.quarantine());
    output.line(
        "Messages: %,d to be sent, %,d given up"
            .formatted(status.outbox().pending(), status.outbox().dead()));
  }

  private static void note(TextTable table, String reason) {
    if (!reason.isBlank()) {
      table.note("why: " + reason);
    }
  }

  /** The cause; what to do about it is told in full elsewhere. */
  private static String reason(Problem problem) {
    return "why: " + problem.message();
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
      table.lines(output.width() - 2).forEach(line -> output.line("  " + line));
    }
    output.line("");
  }

  private static String time(Instant instant) {
    return instant == null ? "" : TIME.format(instant);
  }
}
