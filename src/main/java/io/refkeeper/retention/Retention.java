package io.refkeeper.retention;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.database.SqlResource;
import io.refkeeper.job.Job;
import io.refkeeper.job.JobLedger;
import io.refkeeper.retention.RetentionRun.Kind;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes closed rows of the quarantine, entries of the audit log, quality figures and archived
 * files that are older than the policy allows. What waits in quarantine never goes away by itself,
 * and entries of persons stay in the audit log, because a sync reads there which values it must not
 * clear. Of old quality figures the last of each day stays, so that their history can still be
 * told.
 */
public final class Retention {

  /** Rows deleted at once: no lock is held for long. */
  private static final int BATCH = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.retention");
  private static final String DELETE_QUARANTINE = SqlResource.read("retention_quarantine");
  private static final String OLD_QUALITY = SqlResource.read("retention_quality");

  private final JdbcClient jdbc;
  private final ManagementPolicy.Retention policy;
  private final JobLedger ledger;
  private final ArchivedFiles archive;
  private final Clock clock;

  /**
   * @param archive the folder of loaded files
   */
  public Retention(
      DataSource target, ManagementPolicy management, JobLedger ledger, Path archive, Clock clock) {
    this.jdbc = JdbcClient.create(target);
    this.policy = management.retention();
    this.ledger = ledger;
    this.archive = new ArchivedFiles(archive, management.timeZone());
    this.clock = clock;
  }

  /** Claims the job, and finds out what there is to do; nothing if another instance does it. */
  public RetentionRun begin(@Body Job job) {
    boolean claimed = ledger.claim(job);
    List<Kind> kinds = new ArrayList<>();
    if (claimed && policy.quarantineDays() != null) {
      kinds.add(Kind.QUARANTINE);
    }
    if (claimed && policy.auditDays() != null) {
      kinds.add(Kind.AUDIT);
    }
    if (claimed && policy.qualityDays() != null) {
      kinds.add(Kind.QUALITY);
    }
    RetentionRun run =
        new RetentionRun(job, claimed, clock.instant(), job.dryRun() ? List.of() : kinds);
    if (job.dryRun()) {
      kinds.forEach(kind -> run.deleted(kind, countOld(kind), true));
    }
    return run;
  }

  /** Deletes some rows of what is due; one statement, and so a transaction of its own. */
  public void deleteBatch(@ExchangeProperty("retention") RetentionRun run) {
    Kind kind = run.next();
    long deleted =
        switch (kind) {
          case QUARANTINE ->
              jdbc.sql(DELETE_QUARANTINE).params(before(policy.quarantineDays()), BATCH).update();
          case AUDIT ->
              jdbc.sql("select refkeeper.expire_audit_log(?, ?)")
                  .params(policy.auditDays(), BATCH)
                  .query(Long.class)
                  .single();
          case QUALITY ->
              jdbc.sql(
                      "delete from refkeeper.quality_snapshot where id in (%s)"
                          .formatted(OLD_QUALITY))
                  .params(before(policy.qualityDays()), BATCH)
                  .update();
          case FILES -> throw new IllegalStateException("files are not deleted in batches");
        };
    run.deleted(kind, deleted, deleted < BATCH);
  }

  /** Deletes old files of the archive, with their reports. */
  public void deleteFiles(@ExchangeProperty("retention") RetentionRun run) {
    if (run.isClaimed() && policy.archiveDays() != null) {
      Instant limit = limit(policy.archiveDays());
      run.deleted(Kind.FILES, archive.deleteBefore(limit, run.job().dryRun()), true);
    }
  }

  /** Writes down and logs what was deleted, and what waits for long. */
  public RetentionReport end(@ExchangeProperty("retention") RetentionRun run) {
    if (run.isClaimed() && policy.quarantineDays() != null) {
      run.waiting(
          jdbc.sql(
                  "select count(*) from refkeeper.quarantine where state = 'waiting' and created_at < ?")
              .param(before(policy.quarantineDays()))
              .query(Long.class)
              .single());
    }
    RetentionReport report = run.report(clock.instant());
    if (run.isClaimed()) {
      ledger.finish(run.job(), result(report));
      log(report);
    }
    return report;
  }

  private static String result(RetentionReport report) {
    return """
        {"quarantine_rows": %d, "audit_entries": %d, "quality_snapshots": %d, "archived_files": %d,
         "waiting_rows": %d}"""
        .formatted(
            report.quarantineRows(),
            report.auditEntries(),
            report.qualitySnapshots(),
            report.archivedFiles(),
            report.waitingRows());
  }

  private static void log(RetentionReport report) {
    LOG.atInfo()
        .addKeyValue("dry_run", report.dryRun())
        .addKeyValue("quarantine_rows", report.quarantineRows())
        .addKeyValue("audit_entries", report.auditEntries())
        .addKeyValue("quality_snapshots", report.qualitySnapshots())
        .addKeyValue("archived_files", report.archivedFiles())
        .addKeyValue("duration_ms", report.durationMs())
        .log("old rows and files deleted");
    if (report.waitingRows() > 0) {
      LOG.warn(
          "{} rows wait in quarantine for longer than closed ones are kept; they stay",
          report.waitingRows());
    }
  }

  private long countOld(Kind kind) {
    JdbcClient.StatementSpec count =
        switch (kind) {
          case QUARANTINE ->
              jdbc.sql(
                      "select count(*) from refkeeper.quarantine where state <> 'waiting' and closed_at < ?")
                  .param(before(policy.quarantineDays()));
          case AUDIT ->
              jdbc.sql(
                      "select count(*) from refkeeper.audit_log where run_kind <> 'person' and at < ?")
                  .param(before(policy.auditDays()));
          case QUALITY ->
              jdbc.sql("select count(*) from (%s) thinned_out".formatted(OLD_QUALITY))
                  .params(before(policy.qualityDays()), Long.MAX_VALUE);
          case FILES -> throw new IllegalStateException("files are counted where they lie");
        };
    return count.query(Long.class).single();
  }

  private Timestamp before(int days) {
    return Timestamp.from(limit(days));
  }

  private Instant limit(int days) {
    return clock.instant().minus(Duration.ofDays(days));
  }
}
