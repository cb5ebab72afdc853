package io.refkeeper.sync;

import io.refkeeper.config.DependencyOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A run under way: the tables in order, and what became of them. Used by one thread. */
public final class SyncRun {

  private final long id;
  private final SyncRequest request;
  private final boolean continueOnFailure;
  private final List<TableRun> tables = new ArrayList<>();

  SyncRun(long id, SyncRequest request, boolean continueOnFailure) {
    this.id = id;
    this.request = request;
    this.continueOnFailure = continueOnFailure;
  }

  /** The row of {@code refkeeper.sync_run}; 0 in a dry run, which leaves none. */
  public long id() {
    return id;
  }

  public SyncRequest request() {
    return request;
  }

  /** The tables in dependency order. */
  public List<TableRun> tables() {
    return List.copyOf(tables);
  }

  void add(TableRun table) {
    tables.add(table);
  }

  /** The tables that did not get through, of those that {@code names} lists. */
  List<String> notDone(Set<String> names) {
    return tables.stream()
        .filter(t -> names.contains(t.source().table()) && t.hasFailed())
        .map(t -> t.source().table())
        .toList();
  }

  /** Whether a table failed and the policy stops the run then. */
  boolean isAborted() {
    return !continueOnFailure && tables.stream().anyMatch(TableRun::hasFailed);
  }

  /** Orders names by what they depend on; a cycle was refused when the configuration was read. */
  static List<String> order(List<String> names, Map<String, Set<String>> dependsOn) {
    return DependencyOrder.sort(
        names,
        name -> dependsOn.getOrDefault(name, Set.of()),
        java.util.Comparator.comparingInt(names::indexOf));
  }

  static Instant toSeconds(Instant instant) {
    return instant == null ? null : instant.truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
  }
}
