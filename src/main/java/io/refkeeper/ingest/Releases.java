package io.refkeeper.ingest;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.TableName;
import io.refkeeper.database.TransientFailure;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.Ledger.Target;
import io.refkeeper.ingest.ReleaseRequest.Trigger;
import io.refkeeper.ingest.ReleaseRun.Waiting;
import io.refkeeper.notification.Event;
import io.refkeeper.notification.Event.ReleasedDomain;
import io.refkeeper.notification.Outbox;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.quarantine.QuarantinedRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.dao.DataAccessException;

/**
 * The frame of a release in {@code routes/release*.camel.yaml}: rows that wait in quarantine for a
 * missing parent are loaded once it has come, as a load would, some in one transaction.
 *
 * <p>A row is loaded once, because its state and the fact change in one transaction that holds the
 * row; and never over a later load, because that has closed it as superseded, which a release sees:
 * it holds the fact table's lock, where loads can overwrite one another alone.
 */
public final class Releases {

  private final Catalog catalog;
  private final Configuration configuration;
  private final WaitingRows waiting;
  private final ReleaseOpening opening;
  private final ReleaseDigest digest;
  private final Outbox outbox;

  Releases(
      DataSource target,
      Configuration configuration,
      Outbox outbox,
      String instance,
      ReleaseOpening opening) {
    this.catalog = new Catalog(target);
    this.configuration = configuration;
    this.waiting = new WaitingRows(target, instance);
    this.opening = opening;
    this.digest = new ReleaseDigest(target);
    this.outbox = outbox;
  }

  /** What a load may have made loadable: rows that name a parent of its domains. */
  public ReleaseRequest afterLoad(@Body FileResult result) {
    Map<TableName, List<List<String>>> parents = new HashMap<>();
    if (result.status() == FileResult.Status.LOADED) {
      for (LoadResult load : result.loads()) {
        configuration.domains().get(load.domain()).foreignKeys().stream()
            .map(key -> new TableName(key.targetSchema(), key.targetTable()))
            .forEach(parent -> parents.put(parent, List.of()));
      }
    }
    return parents.isEmpty() ? null : new ReleaseRequest(Trigger.LOAD, parents);
  }

  /**
   * Finds the loads of which rows can be released.
   *
   * @param request a {@link ReleaseRequest}; anything else: whatever waits
   * @param trigger why, when it is no request: {@code schedule} or {@code sync}
   */
  public ReleaseRun plan(@Body Object request, @ExchangeProperty("releaseTrigger") String trigger) {
    ReleaseRequest asked =
        request instanceof ReleaseRequest known
            ? known
            : ReleaseRequest.all(Trigger.valueOf(trigger.toUpperCase(Locale.ROOT)));
    List<Waiting> loads = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    if (waiting.mayBeReleased()) {
      for (Domain domain : configuration.domains().values()) {
        if (isConcerned(domain, asked) && waiting.areThere(domain)) {
          plan(domain, asked, loads, problems);
        }
      }
    }
    return new ReleaseRun(asked, loads, problems);
  }

  private static boolean isConcerned(Domain domain, ReleaseRequest request) {
    return domain.foreignKeys().stream()
        .anyMatch(key -> request.concerns(new TableName(key.targetSchema(), key.targetTable())));
  }

  private void plan(
      Domain domain, ReleaseRequest request, List<Waiting> loads, List<Problem> problems) {
    try {
      Target target = new Target(domain, LoadTables.factOid(catalog, domain));
      ReadyKeys ready = ReadyKeys.of(domain, LoadTables.read(catalog, target), request);
      waiting.loads(domain, ready).forEach(id -> loads.add(new Waiting(domain, id)));
    } catch (ProblemException e) {
      problems.addAll(e.problems()); // of one domain; the others' rows need not wait for it
    } catch (DataAccessException e) {
      if (TransientFailure.isTransient(e)) {
        throw e;
      }
      String why = String.valueOf(e.getMostSpecificCause().getMessage()).replaceAll("\\s+", " ");
      problems.add(
          new Problem(
              "release_failed",
              "Rows of %s that wait for a parent could not be looked at: %s; they wait on"
                  .formatted(domain.name(), why),
              domain.name(),
              "look whether the fact table, or the domain, was changed since they were read"));
    }
  }

  /** Locks the fact table, and takes the next rows; the transaction holds both. */
  public ReleasePortion take(@ExchangeProperty("release") ReleaseRun run) {
    return opening.take(run);
  }

  /**
   * Closes the rows that are loaded; the others wait on with their new reason.
   *
   * @throws IllegalStateException when not every row ended in one place; nothing is committed
   */
  public void complete(@ExchangeProperty("portion") ReleasePortion portion) {
    DomainLoad load = portion.load();
    opening.assertStillVerified(load);
    load.counts().assertComplete();
    Map<ReleasePortion.Place, Long> loaded = new LinkedHashMap<>(portion.ids());
    load.rejects().forEach(row -> loaded.remove(ReleasePortion.Place.of(row)));
    List<QuarantinedRow> refused =
        load.rejects().stream().filter(row -> !WaitingRows.isReleasable(row.code())).toList();
    int closed = waiting.close(portion.runId(), List.copyOf(loaded.values()));
    if (closed != load.counts().loaded() || closed != loaded.size()) {
      throw new IllegalStateException(
          "%d rows were released, but %d loaded and %d closed; nothing was committed"
              .formatted(loaded.size(), load.counts().loaded(), closed));
    }
    CrashPoint.RELEASE_CLOSED.pass();
    waiting.tell(portion, refused);
    waiting.count(portion);
    CrashPoint.BEFORE_RELEASE_COMMIT.pass();
  }

  /** The transaction has committed: on to the next rows. */
  public void committed(@ExchangeProperty("release") ReleaseRun run, @Body ReleasePortion portion) {
    CrashPoint.RELEASE_COMMITTED.pass();
    run.committed(portion);
  }

  /** Some rows could not be released: again, or on to the next load. */
  public void failed(
      @ExchangeProperty("release") ReleaseRun run,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    run.failed(failure);
  }

  /** Ends the run's record and tells people, in one message; in one transaction. */
  public void finish(@ExchangeProperty("release") ReleaseRun run) {
    if (!waiting.mayBeReleased()) {
      return;
    }
    Set<Long> ended = waiting.end(run);
    List<ReleasedDomain> domains = digest.of(ended);
    if (!domains.isEmpty()) {
      outbox.publish(
          new Event.RowsReleased(
              ended.stream().sorted().collect(Collectors.toUnmodifiableList()), domains));
    }
  }

  /** Sums the run up. */
  public ReleaseReport report(@ExchangeProperty("release") ReleaseRun run) {
    return run.report();
  }
}
