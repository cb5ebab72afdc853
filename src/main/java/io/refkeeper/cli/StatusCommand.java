package io.refkeeper.cli;

import io.refkeeper.database.TargetDatabase;
import io.refkeeper.quality.Status;
import io.refkeeper.quality.StatusQuery;
import java.time.ZoneId;
import java.util.LinkedHashMap;
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

  @ParentCommand private Refkeeper refkeeper;

  @Override
  public Integer call() {
    ZoneId timeZone = refkeeper.timeZone();
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
      new StatusText(timeZone, output).print(status);
      output.line("Times are those of %s.".formatted(timeZone));
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
}
