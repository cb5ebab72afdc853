package io.refkeeper.ingest;

import io.refkeeper.database.TableName;
import io.refkeeper.quarantine.QuarantinedRow;
import io.refkeeper.reference.DegradedPeriods.Cause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One delivery inside its transaction: the loads that are to be done, and those that are already
 * done. Used by one thread.
 */
public final class FileLoad implements AutoCloseable {

  private final Delivery delivery;
  private final List<DomainLoad> loads = new ArrayList<>();
  private final List<LoadResult> results = new ArrayList<>();
  private final List<String> degradedReasons = new ArrayList<>();
  private final Set<TableName> neverSynced = new HashSet<>();
  private final long startedNanos = System.nanoTime();
  private boolean committedBefore;
  private String sha256;

  FileLoad(Delivery delivery) {
    this.delivery = delivery;
  }

  public Delivery delivery() {
    return delivery;
  }

  /** The hash of the content, in lower-case hex; null until it is known. */
  String sha256() {
    return sha256;
  }

  void hashed(String contentSha256) {
    sha256 = contentSha256;
  }

  void add(DomainLoad load) {
    loads.add(load);
  }

  /** The loads to be done, one a domain; empty when the file was loaded before. */
  public List<DomainLoad> loads() {
    return List.copyOf(loads);
  }

  void addResult(LoadResult result) {
    results.add(result);
  }

  /** An earlier attempt of this very delivery had committed, though nobody heard of it. */
  void addCommittedBefore(LoadResult result) {
    committedBefore = true;
    results.add(result);
  }

  void addDegraded(Freshness.Lack lack) {
    addDegradedReason(lack.reason());
    if (lack.cause() == Cause.NEVER_SYNCED) {
      neverSynced.add(lack.table());
    }
  }

  void addDegradedReason(String reason) {
    if (!degradedReasons.contains(reason)) {
      degradedReasons.add(reason);
    }
  }

  /** Parents that were never synced, in an order that is the same for all loads. */
  List<TableName> neverSynced() {
    return neverSynced.stream().sorted(Comparator.comparing(TableName::toString)).toList();
  }

  /** Bad rows of all domains, the first of them; for the report of a rejected file. */
  List<QuarantinedRow> rejects() {
    return loads.stream().flatMap(load -> load.rejects().stream()).toList();
  }

  List<LoadResult> results() {
    return List.copyOf(results);
  }

  FileResult result() {
    FileResult.Status status;
    if (loads.isEmpty() && !committedBefore) {
      status = FileResult.Status.DUPLICATE;
    } else {
      status = delivery.dryRun() ? FileResult.Status.WOULD_LOAD : FileResult.Status.LOADED;
    }
    return new FileResult(
        delivery.name(),
        delivery.id(),
        status,
        sha256,
        !degradedReasons.isEmpty(),
        String.join("; ", degradedReasons),
        results(),
        List.of(),
        (System.nanoTime() - startedNanos) / 1_000_000);
  }

  /** Closes files and removes spill files, whatever became of the load. */
  @Override
  public void close() {
    for (DomainLoad load : loads) {
      load.close();
    }
  }
}
