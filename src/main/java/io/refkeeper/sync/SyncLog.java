package io.refkeeper.sync;

import io.refkeeper.database.TransientFailure;
import io.refkeeper.problem.ProblemException;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The log of syncs: one line a table and one a run. What a person asked for is told to that person
 * by the report, and logged as information only.
 */
public final class SyncLog {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.sync");

  /** Tells of an attempt that is tried again. */
  public void attemptEnded(@ExchangeProperty("table") TableRun table) {
    if (table.isFailed() && table.isMustTry()) {
      LOG.atWarn()
          .addKeyValue("run", table.run().id())
          .addKeyValue("table", table.name())
          .addKeyValue("attempt", table.attempts())
          .log("attempt failed, and is repeated: {}", table.failures().get(0).message());
    }
  }

  /** Tells what became of a table. */
  public void tableEnded(@ExchangeProperty("table") TableRun table) {
    Counts counts = table.counts();
    String problems = table.problems().stream().map(p -> ": " + p).collect(Collectors.joining());
    LOG.atLevel(level(table.run(), table.problems().isEmpty()))
        .addKeyValue("run", table.run().id())
        .addKeyValue("table", table.name())
        .addKeyValue("status", table.status().word())
        .addKeyValue("fetched", counts.fetched())
        .addKeyValue("inserted", counts.inserted())
        .addKeyValue("updated", counts.updated())
        .addKeyValue("unchanged", counts.unchanged())
        .addKeyValue("promoted", counts.promoted())
        .addKeyValue("deleted", counts.deleted())
        .addKeyValue("retained", counts.retained())
        .addKeyValue("duration_ms", table.duration().toMillis())
        .log((table.isLeftBehind() ? "table left as it was" : "table synced") + problems);
  }

  /** Tells what became of a run. */
  public void runEnded(@ExchangeProperty("run") SyncRun run) {
    LOG.atInfo()
        .addKeyValue("run", run.id())
        .addKeyValue("trigger", run.request().trigger().stored())
        .addKeyValue("dry_run", run.isDryRun())
        .addKeyValue("tables", run.tables().size())
        .addKeyValue("left_behind", run.leftBehind().size())
        .log("sync done");
  }

  /** Tells of a run that nobody asked for by hand and that did not come about. */
  public void runFailed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    boolean explained = failure instanceof ProblemException;
    if (explained || TransientFailure.isTransient(failure)) {
      LOG.error("sync not done: {}", failure.getMessage());
    } else {
      LOG.error("sync not done", failure);
    }
  }

  private static Level level(SyncRun run, boolean fine) {
    return fine || run.request().trigger() == Trigger.MANUAL ? Level.INFO : Level.WARN;
  }
}
