package io.refkeeper.sync;

import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.reference.ReferenceTables;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One table in one run: its attempts, and what became of it. Used by one thread. */
public final class TableRun {

  private final SyncRun run;
  private final ReferenceSource source;
  private final Set<String> dependsOn;
  private final SyncSettings settings;

  private Instant started;
  private int attempts;
  private Attempt attempt;
  private Failure failure;
  private String contentSha256;
  private String entityTag;
  private boolean unchangedAtSource;

  private TableStatus status;
  private Counts counts = Counts.onlyFetched(0);
  private List<Problem> problems = List.of();
  private Duration duration = Duration.ZERO;

  /** Why an attempt failed, and whether another one can help. */
  private record Failure(ProblemException problems, boolean transientFailure) {}

  TableRun(SyncRun run, ReferenceSource source, Set<String> dependsOn, SyncSettings settings) {
    this.run = run;
    this.source = source;
    this.dependsOn = dependsOn;
    this.settings = settings;
  }

  /** Of no run: for a look at the source. */
  static TableRun alone(ReferenceSource source, Table target, SyncSettings settings) {
    SyncRequest asked = SyncRequest.manual(List.of(), false, false);
    SyncRun none = new SyncRun(0, asked, true, settings, Clock.systemUTC());
    TableRun run = new TableRun(none, source, Set.of(), settings);
    run.start();
    run.tryAgain();
    run.begin(target);
    return run;
  }

  public ReferenceSource source() {
    return source;
  }

  SyncRun run() {
    return run;
  }

  /** Names of the tables that must get through before this one. */
  Set<String> dependsOn() {
    return dependsOn;
  }

  TableName name() {
    return ReferenceTables.of(source);
  }

  /** The word of its source type: {@code legacy_mysql}, {@code config_file} ... */
  String getSourceType() {
    return source.sourceType().word();
  }

  /** The router's word: its route is {@code direct:preload-} and this. */
  public String getRoute() {
    return getSourceType().replace('_', '-');
  }

  public boolean isDryRun() {
    return run.isDryRun();
  }

  /** Whether a person wants it synced whatever speaks against it. */
  boolean isForced() {
    return run.request().force();
  }

  String strategy() {
    return source.syncStrategy().name().toLowerCase(Locale.ROOT);
  }

  boolean updates() {
    return source.syncStrategy() != SyncStrategy.INCREMENTAL;
  }

  boolean deletes() {
    return source.syncStrategy() == SyncStrategy.FULL_REPLACE && attempt.tellsWhatIsGone();
  }

  /** Whether (another) attempt is worth it: the first, or a transient failure before it. */
  public boolean isMustTry() {
    return attempts == 0
        || failure != null && failure.transientFailure() && attempts < settings.attempts();
  }

  /** The pause before the next attempt: none, then doubling, give or take a half. */
  public long getBackOffMillis() {
    return attempts == 0
        ? 0
        : (long) (settings.backOff().toMillis() * (1L << (attempts - 1)) * (0.5 + Math.random()));
  }

  /** The table's turn has come. */
  void start() {
    started = run.now();
  }

  /** Counts an attempt and forgets the one before it, which was rolled back. */
  void tryAgain() {
    attempts++;
    attempt = null;
    failure = null;
    answered(null, false);
  }

  void begin(Table target) {
    attempt = new Attempt(target);
  }

  /** The attempt under way, or the last one; null while the target is not known. */
  Attempt attempt() {
    return attempt;
  }

  int attempts() {
    return attempts;
  }

  /** Rows that the last attempt got from the source. */
  long fetched() {
    return attempt == null ? 0 : attempt.fetched();
  }

  void attemptFailed(ProblemException why, boolean transientFailure) {
    failure = new Failure(why, transientFailure);
  }

  /** Whether the last attempt failed. */
  public boolean isFailed() {
    return failure != null;
  }

  /**
   * Tells that all rows are asked for, and which columns they have; resolves which go where.
   *
   * @param columns of the source; none: it has no rows
   * @param place the source, for messages
   * @throws ProblemException listing every column that one side lacks
   */
  public void fetchesEverything(Collection<String> columns, String place) {
    attempt.fetches(
        Fetch.everything(
            columns.isEmpty()
                ? ColumnMapping.ofKey(source)
                : ColumnMapping.resolve(attempt.target(), source, columns, place)));
  }

  /**
   * Tells by what the source's answer can be told from a later one.
   *
   * @param unchanged whether it is the last one that was synced: then nothing is staged
   */
  void answered(String tag, boolean unchanged) {
    entityTag = tag;
    unchangedAtSource = unchanged;
  }

  /** Whether the source said that nothing has changed since the last sync. */
  public boolean isUnchangedAtSource() {
    return unchangedAtSource;
  }

  /**
   * What the next run may ask the source by whether anything has changed; null when it must see
   * everything again: rows were left out, or wait for the last reference to go.
   */
  String entityTag() {
    boolean whole = counts.skippedRows() == 0 && counts.retained() == 0;
    return status != null && status.isDone() && whole ? entityTag : null;
  }

  /** The hash of the file that is read, kept also when it turns out to be broken. */
  void reads(String sha256) {
    contentSha256 = sha256;
  }

  String contentSha256() {
    return contentSha256;
  }

  /** The table got through. */
  void done() {
    counts = attempt.counts();
    end(attempt.hasWritten() ? TableStatus.OK : TableStatus.UNCHANGED, attempt.remarks());
  }

  /** The table is as it was, after the failure of the last attempt. */
  void notDone() {
    counts = Counts.onlyFetched(fetched());
    boolean held = failure.problems() instanceof HeldException;
    end(held ? TableStatus.HELD : TableStatus.FAILED, failure.problems().problems());
  }

  void skipped(Problem why) {
    end(TableStatus.SKIPPED, List.of(why));
  }

  private void end(TableStatus newStatus, List<Problem> why) {
    status = newStatus;
    problems = List.copyOf(why);
    duration = Duration.between(started, run.now());
  }

  /** What became of the table; null while it is not known. */
  TableStatus status() {
    return status;
  }

  boolean isLeftBehind() {
    return status != null && !status.isDone();
  }

  Counts counts() {
    return counts;
  }

  List<Problem> problems() {
    return problems;
  }

  /** Why the last attempt failed. */
  List<Problem> failures() {
    return failure.problems().problems();
  }

  Instant started() {
    return started;
  }

  Instant ended() {
    return started.plus(duration);
  }

  Duration duration() {
    return duration;
  }

  TableReport report() {
    return new TableReport(
        name().toString(),
        getSourceType(),
        strategy(),
        status.word(),
        counts.fetched(),
        counts.inserted(),
        counts.updated(),
        counts.unchanged(),
        counts.promoted(),
        counts.deleted(),
        counts.retained(),
        problems,
        duration.toMillis(),
        status.isDone() ? attempt.differences() : List.of());
  }
}
