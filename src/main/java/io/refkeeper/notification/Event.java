package io.refkeeper.notification;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.refkeeper.problem.Problem;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Something that people want to hear of. */
public sealed interface Event {

  /** The stable name in the outbox and in webhook payloads: lower case with underscores. */
  String kind();

  /**
   * One digest a load: reference rows were derived from a file's facts.
   *
   * @param file the file's name, without folders
   * @param loads one for each domain that the file fed
   */
  record NewDerivedRecords(String file, UUID deliveryId, List<LoadDigest> loads) implements Event {
    public NewDerivedRecords {
      loads = List.copyOf(loads);
    }

    @Override
    public String kind() {
      return "new_derived_records";
    }
  }

  /**
   * A load with quarantined rows and no new parents; with new parents {@link NewDerivedRecords}
   * tells both.
   */
  record RowsQuarantined(String file, UUID deliveryId, List<LoadDigest> loads) implements Event {
    public RowsQuarantined {
      loads = List.copyOf(loads);
    }

    @Override
    public String kind() {
      return "rows_quarantined";
    }
  }

  /**
   * One message a release: rows that waited in quarantine for a parent are loaded.
   *
   * @param releaseRunIds the run, and earlier ones whose process died before it told of them
   */
  record RowsReleased(List<Long> releaseRunIds, List<ReleasedDomain> domains) implements Event {
    public RowsReleased {
      releaseRunIds = List.copyOf(releaseRunIds);
      domains = List.copyOf(domains);
    }

    @Override
    public String kind() {
      return "rows_released";
    }
  }

  /**
   * What a release did in one domain.
   *
   * @param rows rows that are loaded now
   * @param files files that they came from
   * @param refused why others could not be loaded although their parents are there; they wait on
   */
  record ReleasedDomain(
      String domain, long rows, long files, List<LoadDigest.QuarantineReason> refused) {
    public ReleasedDomain {
      refused = List.copyOf(refused);
    }
  }

  /**
   * A file was refused whole; nothing of it was loaded.
   *
   * @param movedTo where the file is now, for people
   */
  record FileRejected(String file, UUID deliveryId, List<Problem> reasons, String movedTo)
      implements Event {
    public FileRejected {
      reasons = List.copyOf(reasons);
    }

    @Override
    public String kind() {
      return "file_rejected";
    }
  }

  /**
   * Reference tables that a sync run could not bring in line with their sources.
   *
   * @param tables only those that failed, were held or were skipped
   */
  record SyncFailed(long syncRunId, List<TableFailure> tables) implements Event {
    public SyncFailed {
      tables = List.copyOf(tables);
    }

    @Override
    public String kind() {
      return "sync_failed";
    }
  }

  /** Loads go on without the preload of these tables: degraded mode is on for them. */
  record DegradedModeBegan(List<DegradedTable> tables) implements Event {
    public DegradedModeBegan {
      tables = List.copyOf(tables);
    }

    @Override
    public String kind() {
      return "degraded_mode_began";
    }
  }

  /** The preload of these tables works again: degraded mode is off for them. */
  record DegradedModeEnded(List<DegradedTable> tables) implements Event {
    public DegradedModeEnded {
      tables = List.copyOf(tables);
    }

    @Override
    public String kind() {
      return "degraded_mode_ended";
    }
  }

  /**
   * A reference table in degraded mode.
   *
   * @param cause {@code never_synced}, {@code failed}, {@code held} or {@code skipped}
   * @param reason why, for people; may be empty
   * @param ended null while it lasts
   */
  record DegradedTable(String table, String cause, String reason, Instant began, Instant ended) {}

  /**
   * Files of a domain wait in the inbox, because a sync that they need is not fresh.
   *
   * @param file the first of them
   * @param tables names of the tables to sync, for the command line
   */
  record FilesHeld(String domain, String file, List<String> reasons, List<String> tables)
      implements Event {
    public FilesHeld {
      reasons = List.copyOf(reasons);
      tables = List.copyOf(tables);
    }

    @Override
    public String kind() {
      return "files_held";
    }
  }

  /**
   * No file of a domain was loaded in a month by the time that one was expected.
   *
   * @param month for people, such as {@code May 2031}
   * @param expectedBy for people, in the policy's time zone
   * @param files the names that the domain takes, as globs
   */
  record FileMissing(String domain, String month, String expectedBy, List<String> files)
      implements Event {
    public FileMissing {
      files = List.copyOf(files);
    }

    @Override
    public String kind() {
      return "file_missing";
    }
  }

  /**
   * Quality figures that are now above their thresholds, and figures that no longer are.
   *
   * @param crossed above since now
   * @param recovered back since now
   */
  record ThresholdsCrossed(List<Threshold> crossed, List<Threshold> recovered) implements Event {
    public ThresholdsCrossed {
      crossed = List.copyOf(crossed);
      recovered = List.copyOf(recovered);
    }

    @Override
    public String kind() {
      return crossed.isEmpty() ? "threshold_recovered" : "threshold_crossed";
    }
  }

  /**
   * A figure and its threshold.
   *
   * @param alert {@code auto_derived_ratio} (a share, 0 to 1) or {@code pending_review} (records)
   * @param table null: all tables together
   */
  record Threshold(String alert, String table, double value, double threshold) {}

  /**
   * One reference table of a failed sync.
   *
   * @param status {@code failed}, {@code held} or {@code skipped}
   */
  record TableFailure(String table, String sourceType, String status, List<Problem> problems) {
    public TableFailure {
      problems = List.copyOf(problems);
    }
  }

  /** A page in HTML that an e-mail carries beside its text; null: none. */
  default String page() {
    return null;
  }

  /**
   * The reference validation found something.
   *
   * @param page the whole report in HTML
   */
  record ValidationFound(long validationRunId, List<Problem> problems, @JsonIgnore String page)
      implements Event {
    public ValidationFound {
      problems = List.copyOf(problems);
    }

    @Override
    public String kind() {
      return "validation_found";
    }
  }

  /** The reference validation finds nothing any more. */
  record ValidationClear(long validationRunId) implements Event {
    @Override
    public String kind() {
      return "validation_clear";
    }
  }

  /**
   * What waits for people: derived records that nobody has reviewed, and rows in quarantine.
   *
   * @param tables by table, the one with the oldest record first
   * @param oldest the oldest records
   * @param quarantine rows that wait, by domain
   */
  record ReviewReport(List<Waiting> tables, List<WaitingRecord> oldest, List<Waiting> quarantine)
      implements Event {
    public ReviewReport {
      tables = List.copyOf(tables);
      oldest = List.copyOf(oldest);
      quarantine = List.copyOf(quarantine);
    }

    @Override
    public String kind() {
      return "review_report";
    }
  }

  /**
   * How many wait there, and since when the oldest does.
   *
   * @param since a day, as year-month-day
   * @param days until today
   */
  record Waiting(String name, long count, String since, long days) {}

  /** A derived record that waits for its review. */
  record WaitingRecord(String table, List<String> key, String file, String since, long days) {
    public WaitingRecord {
      key = List.copyOf(key);
    }
  }
}
