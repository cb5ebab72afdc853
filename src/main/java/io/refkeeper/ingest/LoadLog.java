package io.refkeeper.ingest;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The log of deliveries: every line of a load carries the delivery's id and the file's name, and a
 * line at the end tells the figures, or the reasons.
 */
public final class LoadLog {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.ingest");
  private static final String LOAD = "load";
  private static final String FILE = "file";
  private static final int IGNORED_COLUMNS = 20;

  /** Names the load in all log lines of this thread. */
  public void begin(@ExchangeProperty("delivery") Delivery delivery) {
    MDC.put(LOAD, delivery.id().toString());
    MDC.put(FILE, delivery.name());
    LOG.atInfo().addKeyValue("attempt", delivery.attempts()).log("load begins");
  }

  /**
   * Tells what became of the file, and names no load any more. What is wrong with a file that
   * somebody loads by hand is no warning: the command's report tells it.
   */
  public FileResult end(@Body FileResult result, @ExchangeProperty("delivery") Delivery delivery) {
    Level wrong = delivery.claim() == null ? Level.INFO : Level.WARN;
    for (LoadResult load : result.loads()) {
      LOG.atInfo()
          .addKeyValue("domain", load.domain())
          .addKeyValue("load_run", load.loadRunId())
          .addKeyValue("rows_read", load.rowsRead())
          .addKeyValue("rows_loaded", load.rowsLoaded())
          .addKeyValue("rows_quarantined", load.rowsQuarantined())
          .addKeyValue("rows_filtered", load.rowsFiltered())
          .addKeyValue("rows_replaced", load.rowsReplaced())
          .addKeyValue("new_parents", load.newParents())
          .addKeyValue("duration_ms", load.durationMs())
          .log("domain loaded");
      if (load.ignoredColumns().count() > 0) {
        LOG.atInfo()
            .addKeyValue("domain", load.domain())
            .log(
                "columns left out, named by no rule and by no column of {}: {}",
                load.table(),
                load.ignoredColumns().words(IGNORED_COLUMNS));
      }
    }
    for (FileResult.Reason reason : result.reasons()) {
      LOG.atLevel(wrong).addKeyValue("code", reason.code()).log(reason.problem().toString());
    }
    if (result.degraded()) {
      LOG.atLevel(wrong).log("degraded mode: {}", result.degradedReason());
    }
    boolean rejected = result.status() == FileResult.Status.REJECTED;
    LoggingEventBuilder line = LOG.atLevel(rejected ? wrong : Level.INFO);
    line.addKeyValue("status", result.status())
        .addKeyValue("duration_ms", result.durationMs())
        .log(rejected ? "file rejected" : "file done");
    clear();
    return result;
  }

  /** Tells that a file of the inbox waits for its next try. */
  public void waits(
      @ExchangeProperty("delivery") Delivery delivery,
      @ExchangeProperty("loaded") Boolean loaded,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    if (delivery.claim() != null) {
      String file = Boolean.TRUE.equals(loaded) ? "file is loaded, its archiving" : "file";
      LOG.warn("{} waits for the next try: {}", file, failure.getMessage());
    }
    clear();
  }

  /** Tells that another instance goes on with a file. */
  public void takenOver() {
    LOG.info("another instance has taken the file over");
    clear();
  }

  /** Names no load any more, after a failure that the caller hears of. */
  public void clear() {
    MDC.remove(LOAD);
    MDC.remove(FILE);
  }
}
