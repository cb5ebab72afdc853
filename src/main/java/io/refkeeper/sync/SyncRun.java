package io.refkeeper.sync;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A run under way: the tables in order, and what became of them. Used by one thread. */
public final class SyncRun {

  private static final long LONGEST_PAUSE = 60_000;

  private final long id;
  private final SyncRequest request;
  private final boolean continueOnFailure;
  private final SyncSettings settings;
  private final Clock clock;
  private boolean closed;
  private int failedCloses;
  private final List<TableRun> tables = new ArrayList<>();

  SyncRun(
      long id, SyncRequest request, boolean continueOnFailure, SyncSettings settings, Clock clock) {
    this.id = id;
    this.request = request;
    this.continueOnFailure = continueOnFailure;
    this.settings = settings;
    this.clock = clock;
  }

  /** What the service's clock says. */
  Instant now() {
    return clock.instant();
  }

  /** The row of {@code refkeeper.sync_run}; 0 when there is none. */
  long id() {
    return id;
  }

  SyncRequest request() {
    return request;
  }

  /** Whether everything is taken back in the end. */
  public boolean isDryRun() {
    return request.dryRun();
  }

  /** Whether the run has a record; a dry run has none. */
  boolean isRecorded() {
    return id != 0;
  }

  /** Whether the run has a record that is still to be closed. */
  public boolean isOpen() {
    return isRecorded() && !closed;
  }

  void close() {
    closed = true;
  }

  /**
   * Counts a failure to close the record. Whether to try again: somebody waits for a manual run.
   */
  boolean mayTryAgainToClose() {
    failedCloses++;
    return request.trigger() != Trigger.MANUAL || failedCloses < settings.attempts();
  }

  /** The pause before the record is closed: none, then doubling, up to a minute. */
  public long getPauseMillis() {
    return failedCloses == 0
        ? 0
        : Math.min(LONGEST_PAUSE, settings.backOff().toMillis() << Math.min(failedCloses - 1, 20));
  }

  /** The tables in dependency order. */
  public List<TableRun> tables() {
    return List.copyOf(tables);
  }

  void add(TableRun table) {
    tables.add(table);
  }

  /** The tables that failed, were held or were skipped. */
  List<TableRun> leftBehind() {
    return tables.stream().filter(TableRun::isLeftBehind).toList();
  }

  /** As {@link #leftBehind()}, of those that {@code names} lists; their names. */
  List<String> leftBehind(Collection<String> names) {
    return leftBehind().stream().map(t -> t.source().table()).filter(names::contains).toList();
  }

  /** Whether a table failed and the policy stops the run then. */
  boolean isAborted() {
    return !continueOnFailure && !leftBehind().isEmpty();
  }
}
