package io.refkeeper.quality;

import java.time.Instant;
import java.util.List;

/**
 * What refkeeper did last and what waits for somebody.
 *
 * @param tables the last sync of each table, by name
 * @param loads the last ten loads, newest first
 * @param pendingReviews derived records that nobody has reviewed, by table
 * @param quarantine waiting rows, by domain
 */
public record Status(
    List<TableSync> tables,
    List<Load> loads,
    List<Waiting> pendingReviews,
    List<Waiting> quarantine,
    Outbox outbox) {

  /** The last sync of a table. */
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
      Instant finishedAt) {}

  /** A load run; {@code finishedAt} is null while it runs. */
  public record Load(
      long id,
      String domain,
      String file,
      String status,
      long rowsRead,
      long rowsLoaded,
      long rowsQuarantined,
      long rowsFiltered,
      boolean degraded,
      Instant startedAt,
      Instant finishedAt) {}

  /** How many wait there, and since when the oldest does. */
  public record Waiting(String name, long count, Instant since) {}

  /** Messages that are to be sent, and those that were given up. */
  public record Outbox(long pending, long dead) {}
}
