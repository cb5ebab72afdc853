package io.refkeeper.benchmark;

import io.refkeeper.ingest.Delivery;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.ingest.LoadResult;
import io.refkeeper.runtime.RefkeeperRuntime;

/** Loads a file as the command line does, through the routes, and looks at what came of it. */
final class MeasuredLoads {

  private final RefkeeperRuntime runtime;
  private final BenchmarkTables tables;
  private final HeapPeak heap = new HeapPeak();

  MeasuredLoads(RefkeeperRuntime runtime, BenchmarkTables tables) {
    this.runtime = runtime;
    this.tables = tables;
  }

  /**
   * One load.
   *
   * @param seconds from handing over the file until its result is back, which is after the commit
   */
  record Measured(LoadResult result, double seconds, long heapMegabytes) {}

  /**
   * Loads a file into its domain.
   *
   * @param verified whether refkeeper itself must have proven the foreign keys
   * @throws io.refkeeper.problem.ProblemException when anything came of it but what must
   */
  Measured load(FactFile file, String domain, boolean verified) {
    heap.reset();
    long start = System.nanoTime();
    FileResult result =
        runtime.ingest(Delivery.of(file.path(), domain, false, false, Delivery.Progress.NONE));
    double seconds = (System.nanoTime() - start) / 1e9;
    long megabytes = heap.megabytes();
    if (result.status() != FileResult.Status.LOADED) {
      throw Outcome.wrong("%s was not loaded: %s".formatted(result.file(), result.reasons()));
    }
    LoadResult load = result.loads().get(0);
    if (verified && !load.fkCheck().equals("verified")) {
      throw Outcome.wrong(
          "The database checked the foreign keys itself, because: " + load.fkCheckReason());
    }
    requireOutcome(file, load);
    return new Measured(load, seconds, megabytes);
  }

  private void requireOutcome(FactFile file, LoadResult load) {
    String name = load.domain() + ", ";
    long newParents = load.newParents().values().stream().mapToLong(Long::longValue).sum();
    Outcome.require(name + "rows read", file.rows(), load.rowsRead());
    Outcome.require(name + "rows loaded", file.rows() - file.badRows(), load.rowsLoaded());
    Outcome.require(name + "rows in the table", load.rowsLoaded(), tables.count(load.table()));
    Outcome.require(
        name + "rows in quarantine", file.badRows(), tables.count("refkeeper.quarantine"));
    Outcome.require(name + "new parents", file.newParents(), newParents);
    Outcome.require(
        name + "records for review", file.newParents(), tables.count("refkeeper.derived_record"));
    Outcome.require(name + "audit rows", file.newParents(), tables.count("refkeeper.audit_log"));
    Outcome.require(
        name + "rows of the ledger",
        1,
        tables.count("refkeeper.load_run where status = 'loaded' and is_current"));
  }
}
