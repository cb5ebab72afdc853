package io.refkeeper.ingest;

import io.refkeeper.backfill.Derivation;
import io.refkeeper.database.TableName;
import io.refkeeper.quality.QualitySnapshots;
import io.refkeeper.quality.QualitySnapshots.Added;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.ExchangeProperty;

/**
 * Tells the quality figures what a delivery has added to reference tables, as the last act of its
 * transaction.
 */
public final class LoadQuality {

  private final QualitySnapshots snapshots;

  LoadQuality(QualitySnapshots snapshots) {
    this.snapshots = snapshots;
  }

  /** Takes snapshots of the tables that got new parents; of a dry run none. */
  public void takeSnapshots(@ExchangeProperty(Loads.FILE_LOAD) FileLoad file) {
    if (file.delivery().dryRun()) {
      return;
    }
    Map<TableName, Added> added = new LinkedHashMap<>();
    for (DomainLoad load : file.loads()) {
      load.suppliedRows().forEach((table, rows) -> add(added, table, new Added(rows, 0)));
      for (Parent parent : load.parents().all()) {
        Derivation derivation = parent.derivation();
        long rows = derivation == null ? 0 : load.backfill().inserted(derivation).size();
        if (rows > 0) {
          add(added, parent.foreignKey().parent().name(), new Added(0, rows));
        }
      }
    }
    snapshots.added(added);
  }

  private static void add(Map<TableName, Added> added, TableName table, Added rows) {
    added.merge(table, rows, Added::plus);
  }
}
