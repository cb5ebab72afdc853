package io.refkeeper.sync;

import java.time.Instant;
import java.util.List;

/**
 * What is to be synced.
 *
 * @param tables names of configured reference tables; empty: all that have a source
 * @param dryRun do everything but commit
 * @param force sync a table although its source lost more than {@code max_shrink}
 * @param scheduledFor the minute a schedule fired for; one run exists for each; null: none
 */
public record SyncRequest(
    List<String> tables, boolean dryRun, boolean force, Trigger trigger, Instant scheduledFor) {

  public SyncRequest {
    tables = List.copyOf(tables);
  }

  /** Asked for by a person, now. */
  public static SyncRequest manual(List<String> tables, boolean dryRun, boolean force) {
    return new SyncRequest(tables, dryRun, force, Trigger.MANUAL, null);
  }
}
