package io.refkeeper.retention;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.job.Job;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** Retention under way: what is still to be done, and what was deleted. Used by one thread. */
public final class RetentionRun {

  /** What grows old. */
  enum Kind {
    QUARANTINE(ManagementPolicy.Retention::quarantineDays),
    AUDIT(ManagementPolicy.Retention::auditDays),
    QUALITY(ManagementPolicy.Retention::qualityDays),
    MESSAGES(ManagementPolicy.Retention::messagesDays),
    VALIDATIONS(ManagementPolicy.Retention::validationDays),
    FILES(ManagementPolicy.Retention::archiveDays);

    private final Function<ManagementPolicy.Retention, Integer> days;

    Kind(Function<ManagementPolicy.Retention, Integer> days) {
      this.days = days;
    }

    /** For how many days it is kept; null: for ever. */
    Integer days(ManagementPolicy.Retention policy) {
      return days.apply(policy);
    }
  }

  private final Job job;
  private final boolean claimed;
  private final Instant started;
  private final Deque<Kind> batches;
  private final Map<Kind, Long> deleted = new EnumMap<>(Kind.class);
  private long waiting;

  /**
   * @param claimed whether this instance is to do it
   * @param batches what is to be deleted batch by batch
   */
  RetentionRun(Job job, boolean claimed, Instant started, Collection<Kind> batches) {
    this.job = job;
    this.claimed = claimed;
    this.started = started;
    this.batches = new ArrayDeque<>(batches);
  }

  Job job() {
    return job;
  }

  boolean isClaimed() {
    return claimed;
  }

  Instant started() {
    return started;
  }

  /** Whether another batch is worth it. */
  public boolean isMore() {
    return !batches.isEmpty();
  }

  /** What the next batch is of. */
  Kind next() {
    return batches.element();
  }

  /**
   * Counts what was deleted.
   *
   * @param last whether nothing of the kind is left
   */
  void deleted(Kind kind, long count, boolean last) {
    deleted.merge(kind, count, Long::sum);
    if (last) {
      batches.remove(kind);
    }
  }

  private long count(Kind kind) {
    return deleted.getOrDefault(kind, 0L);
  }

  void waiting(long rows) {
    waiting = rows;
  }

  RetentionReport report(Instant ended) {
    return new RetentionReport(
        job.dryRun(),
        count(Kind.QUARANTINE),
        count(Kind.AUDIT),
        count(Kind.QUALITY),
        count(Kind.MESSAGES),
        count(Kind.VALIDATIONS),
        count(Kind.FILES),
        waiting,
        ended.toEpochMilli() - started.toEpochMilli());
  }
}
