package io.refkeeper.ingest;

import io.refkeeper.config.Domain;
import io.refkeeper.database.CauseChain;
import io.refkeeper.database.TransientFailure;
import io.refkeeper.ingest.ReleaseRequest.Trigger;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.core.NestedExceptionUtils;

/**
 * A release under way: the loads whose rows it goes through, some rows at a time, and where it is.
 * Only what is committed moves it on. Used by one thread.
 */
public final class ReleaseRun {

  private static final int ATTEMPTS = 4;
  private static final long FIRST_PAUSE = 200;

  private final UUID key = UUID.randomUUID();
  private final ReleaseRequest request;
  private final List<Waiting> loads;
  private final List<Problem> problems;
  private int current;
  private long lastId;
  private int failures;
  private long released;
  private long refused;

  /** A load of which rows can be released. */
  record Waiting(Domain domain, long loadRunId) {}

  /**
   * @param loads in the order in which they were loaded
   * @param problems domains whose rows could not be looked at
   */
  ReleaseRun(ReleaseRequest request, List<Waiting> loads, List<Problem> problems) {
    this.request = request;
    this.loads = List.copyOf(loads);
    this.problems = new ArrayList<>(problems);
  }

  UUID key() {
    return key;
  }

  ReleaseRequest request() {
    return request;
  }

  Trigger trigger() {
    return request.trigger();
  }

  /** Whether rows are left to look at. */
  public boolean isMore() {
    return current < loads.size();
  }

  /** The pause before the next rows: none, unless the last attempt failed. */
  public long getPauseMillis() {
    return failures == 0
        ? 0
        : (long) (FIRST_PAUSE * (1L << (failures - 1)) * (0.5 + Math.random()));
  }

  Waiting load() {
    return loads.get(current);
  }

  /** Rows of the load up to this one have been looked at. */
  long lastId() {
    return lastId;
  }

  /** Some rows have been looked at, and the transaction is committed. */
  void committed(ReleasePortion portion) {
    failures = 0;
    lastId = portion.lastId();
    released += portion.released();
    refused += portion.refused();
    if (portion.last()) {
      nextLoad();
    }
  }

  /**
   * Some rows could not be released: another attempt follows if it can help, else the next load.
   */
  void failed(Exception failure) {
    failures++;
    if (TransientFailure.isTransient(failure) && failures < ATTEMPTS) {
      return;
    }
    CauseChain.of(failure).stream()
        .filter(ProblemException.class::isInstance)
        .map(cause -> ((ProblemException) cause).problems())
        .findFirst()
        .ifPresentOrElse(problems::addAll, () -> problems.add(unexpected(failure)));
    nextLoad();
  }

  private Problem unexpected(Exception failure) {
    String cause = String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
    return new Problem(
        "release_failed",
        "Rows of load %d whose parents have come could not be loaded: %s; they wait on"
            .formatted(load().loadRunId(), cause.replaceAll("\\s+", " ")),
        load().domain().name(),
        "they are tried again regularly; if it stays so, look into the log");
  }

  private void nextLoad() {
    failures = 0;
    lastId = 0;
    current++;
  }

  /** Rows that are loaded so far. */
  public long getRowsReleased() {
    return released;
  }

  ReleaseReport report() {
    return new ReleaseReport(released, refused, problems);
  }
}
