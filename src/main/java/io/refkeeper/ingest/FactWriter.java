package io.refkeeper.ingest;

import io.refkeeper.config.Domain.LoadMode;
import io.refkeeper.quarantine.QuarantineWriter;
import io.refkeeper.quarantine.QuarantinedRow;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The router's three ways: into the fact table, held aside, or into quarantine. */
public final class FactWriter {

  private final FactCopy copy;
  private final ScopeReplacement scopes;
  private final UpsertStage upserts;
  private final QuarantineWriter quarantine;
  private final FactRefusals refusals;

  public FactWriter(DataSource target, QuarantineWriter quarantine) {
    this.copy = new FactCopy(target);
    this.scopes = new ScopeReplacement(target);
    this.upserts = new UpsertStage(target);
    this.refusals = new FactRefusals(target);
    this.quarantine = quarantine;
  }

  /** Copies rows whose parents are all there; rows that the database refuses go to quarantine. */
  public void copy(Lane lane) {
    DomainLoad load = lane.load();
    if (load.domain().loadMode() == LoadMode.UPSERT) {
      if (load.beginUpsert()) {
        upserts.open(load);
      }
      upserts.add(load, lane.rows());
      return;
    }
    if (load.domain().loadMode() == LoadMode.REPLACE) {
      scopes.replace(load, lane.rows());
    }
    List<QuarantinedRow> refused = new ArrayList<>();
    FactCopy.Target target =
        new FactCopy.Target(
            load.factTable().name(),
            load.rows().columns(),
            load.domain().loadIdColumn(),
            load.loadRunId());
    List<FactRow> copied = copy.copy(load, target, lane.rows(), refusals.mayRefuse(load), refused);
    load.counts().addLoaded(copied.size());
    load.scopes().countLoaded(copied);
    quarantine(Lane.bad(load, refused));
  }

  /** Keeps rows aside until their parents are derived, at the end of the file. */
  public void hold(Lane lane) {
    lane.load().held().add(lane.rows());
  }

  /** Writes bad rows to the quarantine, with their reasons. */
  public void quarantine(Lane lane) {
    DomainLoad load = lane.load();
    long written =
        quarantine.write(
            load.loadRunId(), load.domain().name(), load.delivery().name(), lane.bad());
    if (written != lane.bad().size()) {
      throw new IllegalStateException(
          "%d rows were sent to quarantine, %d were stored".formatted(lane.bad().size(), written));
    }
    load.addRejects(lane.bad());
    for (QuarantinedRow row : lane.bad()) {
      load.counts().addQuarantined(row.code(), row.reason());
      load.scopes().countQuarantined(row.scope());
    }
  }

  /** Writes what was staged, when the domain upserts; otherwise everything is written already. */
  public void finish(DomainLoad load) {
    if (load.upserting()) {
      UpsertStage.Result result = upserts.write(load);
      load.counts().addLoaded(result.loaded());
      load.counts().addReplaced(result.replaced());
      quarantine(Lane.bad(load, result.bad()));
    }
    if (!load.scopes().replaced().isEmpty()) {
      quarantine.supersede(load.loadRunId(), load.domain().name(), load.scopes().replaced());
    }
  }
}
