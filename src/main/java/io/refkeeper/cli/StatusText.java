package io.refkeeper.cli;

import io.refkeeper.problem.Problem;
import io.refkeeper.quality.Status;
import io.refkeeper.quality.Status.Degraded;
import io.refkeeper.quality.Status.Held;
import io.refkeeper.quality.Status.Load;
import io.refkeeper.quality.Status.TableSync;
import io.refkeeper.quality.Status.Waiting;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The status as tables for a terminal. */
final class StatusText {

  private final DateTimeFormatter format;
  private final Output output;

  /**
   * @param timeZone the one in which times are shown
   */
  StatusText(ZoneId timeZone, Output output) {
    this.format = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(timeZone);
    this.output = output;
  }

  /** Prints all of it. */
  void print(Status status) {
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
    section("Last syncs", syncs, status.tables().isEmpty());

    TextTable degraded = new TextTable("SINCE", "LAST SYNC", "TABLE");
    for (Degraded table : status.degraded()) {
      degraded.add(time(table.since()), table.cause().replace('_', ' '), table.table());
      note(degraded, table.reason());
    }
    section("Degraded mode", degraded, status.degraded().isEmpty());

    if (!status.held().isEmpty()) {
      TextTable held = new TextTable("SINCE", "DOMAIN", "FIRST FILE");
      for (Held files : status.held()) {
        held.add(time(files.since()), files.domain(), files.file());
        note(held, files.reason());
      }
      section("Files that wait for a fresh sync", held, false);
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
    section("Last loads", loads, status.loads().isEmpty());
    waiting("Pending reviews", "TABLE", status.pendingReviews());
    waiting("Rows in quarantine", "DOMAIN", status.quarantine());
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

  private void waiting(String title, String heading, List<Waiting> items) {
    TextTable table = new TextTable(heading, "WAITING", "SINCE");
    items.forEach(item -> table.add(item.name(), item.count(), time(item.since())));
    section(title, table, items.isEmpty());
  }

  private void section(String title, TextTable table, boolean empty) {
    if (empty) {
      output.line(title + ": none");
    } else {
      output.line(title);
      table.lines(output.width() - 2).forEach(line -> output.line("  " + line));
    }
    output.line("");
  }

  private String time(Instant instant) {
    return instant == null ? "" : format.format(instant);
  }
}
