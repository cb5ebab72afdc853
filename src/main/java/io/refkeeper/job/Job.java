package io.refkeeper.job;

import java.time.Instant;
import java.util.Locale;

/**
 * One run of a job.
 *
 * @param name {@link #VALIDATION}, {@link #REVIEW_REPORT} or {@link #RETENTION}
 * @param scheduledFor the instant a schedule fired for; one run exists for each; null: by hand
 * @param dryRun tell what would be done, and do nothing
 */
public record Job(String name, Trigger trigger, Instant scheduledFor, boolean dryRun) {

  public static final String VALIDATION = "validation";
  public static final String REVIEW_REPORT = "review_report";
  public static final String RETENTION = "retention";

  /** What made a job run. */
  public enum Trigger {
    SCHEDULE,
    CATCH_UP,
    MANUAL;

    /** The value in the control schema. */
    public String stored() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Asked for by a person, now. */
  public static Job manual(String name, boolean dryRun) {
    return new Job(name, Trigger.MANUAL, null, dryRun);
  }
}
