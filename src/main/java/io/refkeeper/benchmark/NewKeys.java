package io.refkeeper.benchmark;

import io.refkeeper.benchmark.BenchmarkTables.ByHand;
import io.refkeeper.benchmark.MeasuredLoads.Measured;
import io.refkeeper.ingest.LoadResult.BackfillCounts;
import java.io.IOException;
import java.nio.file.Path;

/** W8: distinct keys of one foreign key, none of them there, in new tables each time. */
final class NewKeys {

  private final MeasuredLoads loads;
  private final BenchmarkTables tables;

  NewKeys(MeasuredLoads loads, BenchmarkTables tables) {
    this.loads = loads;
    this.tables = tables;
  }

  /** Inserts by hand and by a load, in turn. */
  void measure(Path csv, int keys, int repetitions, Samples samples) throws IOException {
    FactFile file = FactFile.newKeys(csv, keys);
    for (int i = 0; i < repetitions; i++) {
      tables.resetNewKeys();
      ByHand byHand = tables.insertByHand(keys);
      samples.add(Workload.H1, keys, byHand.parents(), null);
      samples.add(Workload.H3, keys, byHand.all(), null);

      tables.resetNewKeys();
      Measured measured = loads.load(file, "new_keys", true);
      BackfillCounts backfill = measured.result().backfill().get("code");
      double inserts = backfill.insertMs() / 1e3;
      samples.add(Workload.W8, keys, inserts, null);
      samples.add(Workload.W8B, keys, inserts + backfill.recordMs() / 1e3, null);
      samples.add(Workload.W8C, keys, backfill.totalMs() / 1e3, measured.heapMegabytes());
    }
  }
}
