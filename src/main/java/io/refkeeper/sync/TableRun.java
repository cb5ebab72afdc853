package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** One table in one run: what is known of it, and its counts. Used by one thread. */
public final class TableRun {

  private static final int MAX_ATTEMPTS = 6;
  private static final long BACK_OFF_MILLIS = 500;

  private int attempts;
  private final SyncRun run;
  private final ReferenceSource source;
  private final Set<String> dependsOn;
  private final Instant started = Instant.now();

  Table target;
  long runId;
  String status;
  long fetched;
  long inserted;
  long updated;
  long unchanged;
  long promoted;
  long deleted;
  long retained;
  long skippedRows;
  long zeroDates;

  /** Whether anything was written, flags and retired aliases included. */
  boolean written;

  /** Whether every row of the source was asked for, so that a missing key is a gone one. */
  boolean complete = true;

  String watermark;
  String contentSha256;
  Set<String> temporalColumns = Set.of();

  /** Source column to target column, in the order of the staging columns. */
  Map<String, String> mapping = new LinkedHashMap<>();

  /** Why this attempt failed; null: it did not. */
  ProblemException failure;

  final List<Problem> problems = new ArrayList<>();
  final List<String> differences = new ArrayList<>();
  private Instant finished;

  TableRun(SyncRun run, ReferenceSource source, Set<String> dependsOn) {
    this.run = run;
    this.source = source;
    this.dependsOn = dependsOn;
  }

  /** Whether (another) attempt is worth it: the first, or a transient failure before it. */
  public boolean isMustTry() {
    return attempts == 0 || failure instanceof TransientFailureException && attempts < MAX_ATTEMPTS;
  }

  /** The pause before the next attempt: none, then doubling from 0.5 s, give or take a half. */
  public long getBackOffMillis() {
    return attempts == 0
        ? 0
        : (long) (BACK_OFF_MILLIS * (1L << (attempts - 1)) * (0.5 + Math.random()));
  }

  /** Whether the last attempt failed. */
  public boolean isFailed() {
    return failure != null;
  }

  /** Forgets an attempt that is tried again. */
  void restart() {
    attempts++;
    target = null;
    runId = run.id();
    status = null;
    fetched = inserted = updated = unchanged = promoted = deleted = retained = 0;
    skippedRows = zeroDates = 0;
    written = false;
    complete = true;
    watermark = null;
    contentSha256 = null;
    temporalColumns = Set.of();
    mapping = new LinkedHashMap<>();
    failure = null;
    problems.clear();
    differences.clear();
  }

  public ReferenceSource source() {
    return source;
  }

  SyncRun run() {
    return run;
  }

  Set<String> dependsOn() {
    return dependsOn;
  }

  TableName name() {
    return new TableName(source.targetSchema(), source.table());
  }

  /** The router's word: {@code legacy_mysql}, {@code config_file} ... */
  public String getSourceType() {
    return source.sourceType().name().toLowerCase(Locale.ROOT);
  }

  public boolean isDryRun() {
    return run.request().dryRun();
  }

  String strategy() {
    return source.syncStrategy().name().toLowerCase(Locale.ROOT);
  }

  boolean updates() {
    return source.syncStrategy() != SyncStrategy.INCREMENTAL;
  }

  boolean deletes() {
    return source.syncStrategy() == SyncStrategy.FULL_REPLACE && complete;
  }

  void finish(String newStatus) {
    status = newStatus;
    finished = Instant.now();
  }

  boolean hasFailed() {
    return "failed".equals(status) || "held".equals(status) || "skipped".equals(status);
  }

  Instant started() {
    return started;
  }

  TableReport report() {
    return new TableReport(
        name().toString(),
        getSourceType(),
        strategy(),
        status,
        fetched,
        inserted,
        updated,
        unchanged,
        promoted,
        deleted,
        retained,
        List.copyOf(problems),
        finished == null ? 0 : Duration.between(started, finished).toMillis(),
        List.copyOf(differences));
  }
}
