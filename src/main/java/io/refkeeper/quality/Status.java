package io.refkeeper.quality;

import io.refkeeper.problem.Problem;
import java.time.Instant;
import java.util.List;

/**
 * What refkeeper did last and what waits for somebody.
 *
 * @param tables the last sync of each table, by name
 * @param degraded tables whose preload does not work, by name
 * @param held domains whose files wait for a fresh sync, by name
 * @param loads the last ten loads, newest first
 * @param pendingReviews derived records that nobody has reviewed, by table
 * @param quarantine waiting rows, by domain
 */
public record Status(
    List<TableSync> tables,
    List<Degraded> degraded,
    List<Held> held,
    List<Load> loads,
    List<Waiting> pendingReviews,
    List<Waiting> quarantine,
    Outbox outbox) {

  /** The last sync of a table; its problems also tell of rows that an ok one left out. */
  public record TableSync(
      String table,
      String sourceType,
      String strategy,
      String status,
      long fetched,
      long inserted,
      long updated,
      long deleted,
      long retained,
      List<Problem> errors,
      Instant finishedAt) {}

  /**
   * A load run; {@code finishedAt} is null while it runs.
   *
   * @param rowsReleased those of the quarantined rows that were loaded later
   * @param reasons why it was rejected; empty otherwise
   */
  public record Load(
      long id,
      String domain,
      String file,
      String status,
      long rowsRead,
      long rowsLoaded,
      long rowsQuarantined,
      long rowsReleased,
      long rowsFiltered,
      boolean degraded,
      List<Problem> reasons,
      Instant startedAt,
      Instant finishedAt) {}

  /**
   * A table that loads do without: degraded mode.
   *
   * @param cause never_synced, failed, held or skipped
   * @param reason why, for people; may be empty
   */
  public record Degraded(String table, String cause, String reason, Instant since) {}

  /** Files of a domain that wait in the inbox; {@code file} is the first of them. */
  public record Held(String domain, String file, String reason, Instant since) {}

  /** How many wait there, and since when the oldest does. */
  public record Waiting(String name, long count, Instant since) {}

  /** Messages that are to be sent, and those that were given up. */
  public record Outbox(long pending, long dead) {}
}
