package io.refkeeper.web;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.refkeeper.config.Configuration;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.ingest.LoadResult;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.TableReport;
import java.time.Duration;
import java.util.Locale;
import org.apache.camel.Body;

/**
 * Counts what this process does: deliveries and syncs. A count of everything that is configured
 * begins at zero, so that the first failure is seen as an increase.
 */
public final class Metrics {

  private final MeterRegistry registry;

  public Metrics(MeterRegistry registry, Configuration configuration) {
    this.registry = registry;
    for (FileResult.Status status : FileResult.Status.values()) {
      if (status != FileResult.Status.WOULD_LOAD) {
        files(status);
      }
    }
    for (String domain : configuration.domains().keySet()) {
      countRows(new Rows(domain, 0, 0, 0, 0));
    }
    for (ReferenceSource source : configuration.referenceTables().values()) {
      String table = ReferenceTables.of(source).toString();
      for (String status : new String[] {"ok", "unchanged", "failed", "held", "skipped"}) {
        syncs(table, status);
      }
    }
  }

  /** The rows of a load by what became of them. */
  private record Rows(String domain, long loaded, long quarantined, long filtered, long replaced) {}

  /** Counts what became of a delivery; leaves the body as it is. */
  public void countDelivery(@Body FileResult result) {
    if (result.status() == FileResult.Status.WOULD_LOAD) {
      return;
    }
    files(result.status()).increment();
    for (LoadResult load : result.loads()) {
      countRows(
          new Rows(
              load.domain(),
              load.rowsLoaded(),
              load.rowsQuarantined(),
              load.rowsFiltered(),
              load.rowsReplaced()));
      load.newParents()
          .forEach(
              (table, rows) ->
                  counter("refkeeper.backfill.parents", "Parents derived by loads", "table", table)
                      .increment(rows));
      timer("refkeeper.load.duration", "How long loads took", "domain", load.domain())
          .record(Duration.ofMillis(load.durationMs()));
    }
  }

  /** Counts what became of the tables of a sync; leaves the body as it is. */
  public void countSync(@Body SyncReport report) {
    for (TableReport table : report.tables()) {
      syncs(table.table(), table.status()).increment();
      syncRows(table.table(), "inserted", table.inserted());
      syncRows(table.table(), "updated", table.updated());
      syncRows(table.table(), "promoted", table.promoted());
      syncRows(table.table(), "deleted", table.deleted());
      syncRows(table.table(), "retained", table.retained());
      timer("refkeeper.sync.duration", "How long syncs took", "table", table.table())
          .record(Duration.ofMillis(table.durationMillis()));
    }
  }

  private Counter files(FileResult.Status status) {
    return counter(
        "refkeeper.files", "Files delivered", "status", status.name().toLowerCase(Locale.ROOT));
  }

  private void countRows(Rows rows) {
    rows(rows.domain(), "loaded", rows.loaded());
    rows(rows.domain(), "quarantined", rows.quarantined());
    rows(rows.domain(), "filtered", rows.filtered());
    rows(rows.domain(), "replaced", rows.replaced());
  }

  private void rows(String domain, String outcome, long rows) {
    counter("refkeeper.rows", "Rows of loads", "domain", domain, "outcome", outcome)
        .increment(rows);
  }

  private Counter syncs(String table, String status) {
    return counter("refkeeper.syncs", "Syncs of tables", "table", table, "status", status);
  }

  private void syncRows(String table, String change, long rows) {
    counter("refkeeper.sync.rows", "Rows changed by syncs", "table", table, "change", change)
        .increment(rows);
  }

  private Counter counter(String name, String description, String... tags) {
    return Counter.builder(name).description(description).tags(tags).register(registry);
  }

  private Timer timer(String name, String description, String... tags) {
    return Timer.builder(name).description(description).tags(tags).register(registry);
  }
}
