package io.refkeeper.sync;

import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.Table.ForeignKeyConstraint;
import io.refkeeper.database.TableName;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Decides which tables a run visits, and in which order; opens and closes the run's record. */
public final class SyncPlan {

  private final Map<String, ReferenceSource> tables;
  private final ManagementPolicy policy;
  private final Catalog catalog;
  private final JdbcClient jdbc;
  private final String instance;

  public SyncPlan(
      Map<String, ReferenceSource> tables,
      ManagementPolicy policy,
      DataSource target,
      String instance) {
    this.tables = tables;
    this.policy = policy;
    this.catalog = new Catalog(target);
    this.jdbc = JdbcClient.create(target);
    this.instance = instance;
  }

  /**
   * Opens a run over the tables asked for, parents first. Where another route or instance has
   * opened the run of the same scheduled instant, the run has no tables.
   *
   * @throws ProblemException when a name is not a configured table with a source
   */
  public SyncRun plan(SyncRequest request) {
    List<String> names = request.tables().isEmpty() ? withSource() : request.tables();
    List<Problem> unknown = names.stream().filter(n -> !hasSource(n)).map(this::unknown).toList();
    if (!unknown.isEmpty()) {
      throw new ProblemException(unknown, null);
    }
    Optional<Long> id = request.dryRun() ? Optional.of(0L) : open(request);
    SyncRun run = new SyncRun(id.orElse(0L), request, policy.preload().continueOnFailure());
    if (id.isPresent()) {
      Map<String, Set<String>> dependsOn = dependencies();
      List<String> distinct = names.stream().distinct().toList();
      SyncRun.order(distinct, dependsOn)
          .forEach(n -> run.add(new TableRun(run, tables.get(n), dependsOn.get(n))));
    }
    return run;
  }

  private List<String> withSource() {
    return tables.keySet().stream().filter(this::hasSource).toList();
  }

  private boolean hasSource(String name) {
    ReferenceSource source = tables.get(name);
    return source != null && source.sourceType() != SourceType.MANUAL;
  }

  private Problem unknown(String name) {
    return new Problem(
        "unknown_table",
        "%s is not a reference table with a source; configured are %s"
            .formatted(name, String.join(", ", withSource())),
        "config/reference_sources.yml",
        "Name one of these; nothing was synced");
  }

  private Optional<Long> open(SyncRequest request) {
    Instant scheduledFor = SyncRun.toSeconds(request.scheduledFor());
    return jdbc.sql(
            """
            insert into refkeeper.sync_run (trigger, scheduled_for, instance) values (?, ?::timestamptz, ?)
            on conflict (scheduled_for) where scheduled_for is not null do nothing
            returning id
            """)
        .params(
            request.trigger().stored(),
            scheduledFor == null ? null : Timestamp.from(scheduledFor),
            instance)
        .query(Long.class)
        .optional();
  }

  /** Configured dependencies, completed by the real foreign keys among the reference tables. */
  private Map<String, Set<String>> dependencies() {
    Map<TableName, String> names = new HashMap<>();
    tables.forEach((name, t) -> names.put(new TableName(t.targetSchema(), t.table()), name));
    Map<String, Set<String>> dependsOn = new HashMap<>();
    names.forEach(
        (table, name) -> {
          Set<String> parents = new HashSet<>(tables.get(name).dependsOn());
          catalog.table(table).stream()
              .flatMap(t -> t.foreignKeys().stream())
              .map(ForeignKeyConstraint::parent)
              .filter(names::containsKey)
              .map(names::get)
              .forEach(parents::add);
          parents.remove(name);
          dependsOn.put(name, parents);
        });
    return dependsOn;
  }

  /** Closes the run's record and sums it up. */
  public SyncReport report(SyncRun run) {
    if (run.id() != 0) {
      jdbc.sql("update refkeeper.sync_run set finished_at = clock_timestamp() where id = ?")
          .param(run.id())
          .update();
    }
    return new SyncReport(run.tables().stream().map(TableRun::report).toList());
  }
}
