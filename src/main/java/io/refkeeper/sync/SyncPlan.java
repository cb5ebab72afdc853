package io.refkeeper.sync;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.DependencyOrder.CycleException;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.database.Catalog;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.problem.UsageException;
import io.refkeeper.reference.ReferenceOrder;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.camel.ExchangeProperty;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Decides which tables a run visits, and in which order; opens the run's record. */
public final class SyncPlan {

  private final Configuration configuration;
  private final SyncSettings settings;
  private final ReferenceOrder order;
  private final JdbcClient jdbc;
  private final String instance;
  private final Clock clock;

  public SyncPlan(
      Configuration configuration,
      SyncSettings settings,
      DataSource target,
      String instance,
      Clock clock) {
    this.configuration = configuration;
    this.settings = settings;
    this.order = new ReferenceOrder(new Catalog(target));
    this.jdbc = JdbcClient.create(target);
    this.instance = instance;
    this.clock = clock;
  }

  /**
   * Opens a run over the tables asked for, parents first. Where another route or instance has
   * opened the run of the same scheduled instant, the run has no tables.
   *
   * @throws UsageException when a name is not a configured table with a source
   * @throws ProblemException when the tables depend on each other in a circle
   */
  public SyncRun plan(SyncRequest request) {
    List<ReferenceSource> tables = inOrder(request.tables());
    Map<String, Set<String>> dependsOn = order.dependencies(configuration);
    long id = request.dryRun() ? 0 : open(request);
    SyncRun run =
        new SyncRun(
            id, request, configuration.management().preload().continueOnFailure(), settings, clock);
    if (run.isRecorded() || request.dryRun()) {
      tables.forEach(t -> run.add(new TableRun(run, t, dependsOn.get(t.table()), settings)));
    }
    return run;
  }

  private List<ReferenceSource> inOrder(List<String> asked) {
    List<String> names = withSource();
    List<Problem> unknown =
        asked.stream().distinct().filter(n -> !names.contains(n)).map(this::unknown).toList();
    if (!unknown.isEmpty()) {
      throw new UsageException(unknown);
    }
    Set<String> wanted = new HashSet<>(asked.isEmpty() ? names : asked);
    try {
      return order.sources(configuration).stream()
          .filter(source -> wanted.contains(source.table()))
          .toList();
    } catch (CycleException e) {
      throw new ProblemException(
          new Problem(
              "dependency_cycle",
              "Reference tables depend on each other in a circle: " + e.getMessage(),
              configuration.referenceSourcesFile(),
              "Remove a depends_on, or a foreign key among these tables; nothing was synced"),
          e);
    }
  }

  private List<String> withSource() {
    return configuration.referenceTables().values().stream()
        .filter(source -> source.sourceType() != SourceType.MANUAL)
        .map(ReferenceSource::table)
        .toList();
  }

  private Problem unknown(String name) {
    return new Problem(
        "unknown_table",
        "%s is not a reference table with a source; configured are %s"
            .formatted(name, String.join(", ", withSource())),
        configuration.referenceSourcesFile(),
        "Name one of these; nothing was synced");
  }

  /** The new record's id; 0 when the scheduled instant has its run already. */
  private long open(SyncRequest request) {
    Instant instant = request.scheduledFor();
    Timestamp scheduledFor =
        instant == null ? null : Timestamp.from(instant.truncatedTo(ChronoUnit.SECONDS));
    return jdbc.sql(
            """
            insert into refkeeper.sync_run (trigger, scheduled_for, instance) values (?, ?::timestamptz, ?)
            on conflict (scheduled_for) where scheduled_for is not null do nothing
            returning id
            """)
        .params(request.trigger().stored(), scheduledFor, instance)
        .query(Long.class)
        .optional()
        .orElse(0L);
  }

  /** Sums the run up. */
  public SyncReport report(
      @ExchangeProperty("run") SyncRun run, @ExchangeProperty("rowsReleased") Long rowsReleased) {
    return new SyncReport(
        run.tables().stream().map(TableRun::report).toList(),
        rowsReleased == null ? 0 : rowsReleased);
  }
}
