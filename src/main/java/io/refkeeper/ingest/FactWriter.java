package io.refkeeper.ingest;

import io.refkeeper.config.Domain.LoadMode;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.quarantine.QuarantineWriter;
import io.refkeeper.quarantine.QuarantinedRow;
import java.util.List;
import javax.sql.DataSource;

/** The router's three ways: into the fact table, held aside, or into quarantine. */
public final class FactWriter {

  private final FactCopy copy;
  private final ScopeReplacement scopes;
  private final UpsertStage upserts;
  private final QuarantineWriter quarantine;
  private final boolean ofReleases;

  /** The writer of loads: what is refused goes to quarantine. */
  public FactWriter(DataSource target, QuarantineWriter quarantine, int rowsPerChunk) {
    this(target, quarantine, false, rowsPerChunk);
  }

  /** The writer of releases: what is refused is in quarantine already, and stays there. */
  static FactWriter ofReleases(DataSource target, QuarantineWriter quarantine) {
    return new FactWriter(target, quarantine, true, ReleaseOpening.ROWS);
  }

  private FactWriter(
      DataSource target, QuarantineWriter quarantine, boolean ofReleases, int rowsPerChunk) {
    this.copy = new FactCopy(target, rowsPerChunk);
    this.scopes = new ScopeReplacement(target);
    this.upserts = new UpsertStage(target);
    this.quarantine = quarantine;
    this.ofReleases = ofReleases;
  }

  /** Copies rows whose parents are all there; rows that the database refuses go to quarantine. */
  public void copy(Lane lane) {
    DomainLoad load = lane.load();
    CopyBatch batch = lane.known();
    if (load.domain().loadMode() == LoadMode.UPSERT) {
      if (load.beginUpsert()) {
        upserts.open(load);
      }
      upserts.add(load, batch.rows());
      load.reuse(batch);
      return;
    }
    if (load.domain().loadMode() == LoadMode.REPLACE) {
      scopes.replace(load, batch);
      CrashPoint.SCOPES_DELETED.pass();
    }
    FactCopy.Copied copied = copy.copy(load, batch, refused -> refuse(load, refused));
    CrashPoint.ROWS_COPIED.pass();
    load.reuse(batch);
    count(load, copied);
  }

  private void count(DomainLoad load, FactCopy.Copied copied) {
    load.counts().addLoaded(copied.rows());
    load.scopes().countLoaded(copied.rowsByScope());
  }

  /** Rows that the database has refused; {@link #count} counts them as loaded, sooner or later. */
  private void refuse(DomainLoad load, List<QuarantinedRow> refused) {
    if (!refused.isEmpty()) {
      load.counts().addLoaded(-refused.size());
      load.scopes().countRefused(refused);
      quarantineRefused(load, refused);
    }
  }

  /** Keeps rows aside until their parents are derived, at the end of the file. */
  public void hold(Lane lane) {
    DomainLoad load = lane.load();
    load.held().add(lane.plain());
    load.held().add(lane.unknown());
    load.reuse(lane.plain());
    CrashPoint.ROWS_HELD.pass();
  }

  /** Writes bad rows to the quarantine, with their reasons. */
  public void quarantine(Lane lane) {
    DomainLoad load = lane.load();
    if (!lane.bad().isEmpty()) {
      CrashPoint.BEFORE_QUARANTINE.pass();
    }
    if (!ofReleases) {
      quarantine.keepWriting(
          load.loadRunId(), load.domain().name(), load.delivery().name(), lane.bad());
    }
    countQuarantined(load, lane.bad());
  }

  /** Writes rows that the database has refused to the quarantine, while its answer is read. */
  private void quarantineRefused(DomainLoad load, List<QuarantinedRow> refused) {
    if (refused.isEmpty()) {
      return;
    }
    CrashPoint.BEFORE_QUARANTINE.pass();
    if (!ofReleases) {
      quarantine.write(load.loadRunId(), load.domain().name(), load.delivery().name(), refused);
    }
    countQuarantined(load, refused);
  }

  private static void countQuarantined(DomainLoad load, List<QuarantinedRow> rows) {
    load.addRejects(rows);
    for (QuarantinedRow row : rows) {
      load.counts().addQuarantined(row.code(), row.reason());
      load.scopes().countQuarantined(row.scope());
    }
  }

  /** Writes what still waits: staged rows of an upsert, or the last group of rows. */
  public void finish(DomainLoad load) {
    if (load.upserting()) {
      UpsertStage.Result result = upserts.write(load, refused -> quarantineRefused(load, refused));
      load.counts().addLoaded(result.loaded());
      load.counts().addReplaced(result.replaced());
      upserts.supersedeWaiting(load);
    } else {
      count(load, copy.flush(load, refused -> refuse(load, refused)));
    }
    if (!load.scopes().replaced().isEmpty()) {
      quarantine.supersede(load.loadRunId(), load.domain().name(), load.scopes().replaced());
      if (load.scopes().mayHaveOtherNames()) {
        scopes.supersedeEqual(load);
      }
    }
  }
}
