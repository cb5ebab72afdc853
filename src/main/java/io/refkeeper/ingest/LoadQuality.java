package io.refkeeper.ingest;

import io.refkeeper.backfill.Derivation;
import io.refkeeper.database.TableName;
import io.refkeeper.ingest.DomainLoad.Parent;
import io.refkeeper.quality.QualitySnapshots;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.ExchangeProperty;

/** Tells the quality figures what a delivery has derived, as the last act of its transaction. */
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
    Map<TableName, Long> derived = new LinkedHashMap<>();
    for (DomainLoad load : file.loads()) {
      for (Parent parent : load.parents().all()) {
        Derivation derivation = parent.derivation();
        long rows = derivation == null ? 0 : load.backfill().inserted(derivation).size();
        if (rows > 0) {
          derived.merge(parent.foreignKey().parent().name(), rows, Long::sum);
        }
      }
    }
    snapshots.derived(derived);
  }
}
