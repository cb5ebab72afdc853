package io.refkeeper.benchmark;

import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.sync.TableReport;
import java.util.List;

/** W10: a table of a legacy server synced into an empty one, again unchanged, and changed by 1%. */
final class ReferenceSyncs {

  private static final String PLAN = "benchmark.plan";

  private final RefkeeperRuntime runtime;
  private final BenchmarkTables tables;
  private final LegacyPlans legacy;
  private final HeapPeak heap = new HeapPeak();

  ReferenceSyncs(RefkeeperRuntime runtime, BenchmarkTables tables, LegacyPlans legacy) {
    this.runtime = runtime;
    this.tables = tables;
    this.legacy = legacy;
  }

  /** Measures the three, one after the other. */
  void measure(int rows, Samples samples) {
    legacy.fill(rows);
    tables.resetPlan();
    sync(Workload.W10, rows, samples, rows, 0);
    tables.settlePlan();
    sync(Workload.W10U, rows, samples, 0, 0);
    legacy.change();
    sync(Workload.W10C, rows, samples, 0, LegacyPlans.changed(rows));
  }

  /** Rows are counted as written by who wrote their last version, not by what the sync says. */
  private void sync(Workload workload, int rows, Samples samples, int inserted, int updated) {
    String what = workload.id() + ", ";
    String before = tables.snapshot();
    long audited = tables.count("refkeeper.audit_log");
    heap.reset();
    long start = System.nanoTime();
    SyncReport report = runtime.sync(SyncRequest.manual(List.of("plan"), false, false));
    double seconds = (System.nanoTime() - start) / 1e9;
    long megabytes = heap.megabytes();
    TableReport table = report.tables().get(0);
    if (!table.errors().isEmpty()) {
      throw Outcome.wrong("%s%s".formatted(what, table.errors()));
    }
    Outcome.require(what + "rows fetched", rows, table.fetched());
    Outcome.require(what + "rows in the table", rows, tables.count(PLAN));
    Outcome.require(what + "rows inserted", inserted, table.inserted());
    Outcome.require(what + "rows updated", updated, table.updated());
    Outcome.require(what + "rows written", inserted + updated, tables.writtenSince(before, PLAN));
    Outcome.require(
        what + "source keys written",
        inserted,
        tables.writtenSince(before, "refkeeper.source_key"));
    Outcome.require(
        what + "audit records", inserted + updated, tables.count("refkeeper.audit_log") - audited);
    samples.add(workload, rows, seconds, megabytes);
  }
}
