package io.refkeeper.retention;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.job.Job;
import io.refkeeper.job.JobLedger;
import io.refkeeper.retention.RetentionRun.Kind;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes closed rows of the quarantine, entries of the audit log, quality figures, messages,
 * validation reports and archived files that are older than the policy allows. What waits in
 * quarantine never goes away by itself, nor does a message that was not sent, and entries of
 * persons stay in the audit log, because a sync reads there which values it must not clear. Of old
 * quality figures the last of each day stays, so that their history can still be told.
 */
public final class Retention {

  /** Rows deleted at once: no lock is held for long. */
  private static final int BATCH = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.retention");

  private final JdbcClient jdbc;
  private final ManagementPolicy.Retention policy;
  private final JobLedger ledger;
  private final Map<Kind, OldRows> oldRows;
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
    this.oldRows =
        Map.of(
            Kind.QUARANTINE, new OldRows(jdbc, "quarantine", "retention_quarantine"),
            Kind.QUALITY, new OldRows(jdbc, "quality_snapshot", "retention_quality"),
            Kind.MESSAGES, new OldRows(jdbc, "outbox", "retention_messages"),
            Kind.VALIDATIONS, new OldRows(jdbc, "validation_run", "retention_validations"));
    this.archive = new ArchivedFiles(archive, management.timeZone());
    this.clock = clock;
  }

  /** Claims the job, and finds out what there is to do; nothing if another instance does it. */
  public RetentionRun begin(@Body Job job) {
    boolean claimed = ledger.claim(job);
    List<Kind> kinds =
        Stream.of(Kind.values())
            .filter(kind -> claimed && kind != Kind.FILES && kind.days(policy) != null)
            .toList();
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
        kind == Kind.AUDIT
            ? jdbc.sql("select refkeeper.expire_audit_log(?, ?)")
                .params(policy.auditDays(), BATCH)
                .query(Long.class)
                .single()
            : oldRows.get(kind).delete(limit(kind), BATCH);
    run.deleted(kind, deleted, deleted < BATCH);
  }

  private long countOld(Kind kind) {
    return kind == Kind.AUDIT
        ? jdbc.sql("select count(*) from refkeeper.audit_log where run_kind <> 'person' and at < ?")
            .param(Timestamp.from(limit(kind)))
            .query(Long.class)
            .single()
        : oldRows.get(kind).count(limit(kind));
  }

  /** Deletes old files of the archive, with their reports. */
  public void deleteFiles(@ExchangeProperty("retention") RetentionRun run) {
    if (run.isClaimed() && policy.archiveDays() != null) {
      run.deleted(Kind.FILES, archive.deleteBefore(limit(Kind.FILES), run.job().dryRun()), true);
    }
  }

  /** Writes down and logs what was deleted, and what waits for long. */
  public RetentionReport end(@ExchangeProperty("retention") RetentionRun run) {
    if (run.isClaimed() && policy.quarantineDays() != null) {
      run.waiting(
          jdbc.sql(
                  "select count(*) from refkeeper.quarantine where state = 'waiting' and created_at < ?")
              .param(Timestamp.from(limit(Kind.QUARANTINE)))
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
        {"quarantine_rows": %d, "audit_entries": %d, "quality_snapshots": %d, "messages": %d,
         "validation_runs": %d, "archived_files": %d, "waiting_rows": %d}"""
        .formatted(
            report.quarantineRows(),
            report.auditEntries(),
            report.qualitySnapshots(),
            report.messages(),
            report.validationRuns(),
            report.archivedFiles(),
            report.waitingRows());
  }

  private static void log(RetentionReport report) {
    LOG.atInfo()
        .addKeyValue("dry_run", report.dryRun())
        .addKeyValue("quarantine_rows", report.quarantineRows())
        .addKeyValue("audit_entries", report.auditEntries())
        .addKeyValue("quality_snapshots", report.qualitySnapshots())
        .addKeyValue("messages", report.messages())
        .addKeyValue("validation_runs", report.validationRuns())
        .addKeyValue("archived_files", report.archivedFiles())
        .addKeyValue("duration_ms", report.durationMs())
        .log("old rows and files deleted");
    if (report.waitingRows() > 0) {
      LOG.warn(
          "{} rows wait in quarantine for longer than closed ones are kept; they stay",
          report.waitingRows());
    }
  }

  private Instant limit(Kind kind) {
    return clock.instant().minus(Duration.ofDays(kind.days(policy)));
  }
}
