package io.refkeeper.sync;

import io.refkeeper.config.CronSchedule;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Header;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which tables are due, and when: makes one route of the template {@code preload-<source
 * type>-schedule} for each distinct cron of that source type when the context has started.
 */
public final class SyncSchedules extends LifecycleStrategySupport {

  private static final Duration REPEATS_A_BAD_FILE = Duration.ofHours(1);

  private final Map<String, ReferenceSource> tables;
  private final ManagementPolicy policy;
  private final ConfigFile files;
  private final JdbcClient jdbc;
  private final Clock clock;

  public SyncSchedules(
      Map<String, ReferenceSource> tables,
      ManagementPolicy policy,
      ConfigFile files,
      DataSource target,
      Clock clock) {
    this.tables = tables;
    this.policy = policy;
    this.files = files;
    this.jdbc = JdbcClient.create(target);
    this.clock = clock;
  }

  @Override
  public void onContextStarted(CamelContext context) {
    for (SourceType type : SourceType.values()) {
      String template = template(type);
      if (((ModelCamelContext) context).getRouteTemplateDefinition(template) == null) {
        continue;
      }
      TreeSet<String> schedules = new TreeSet<>();
      scheduled(t -> t.sourceType() == type).forEach(t -> schedules.add(t.schedule()));
      int number = 0;
      for (String schedule : schedules) {
        String name = template + "-" + ++number;
        TemplatedRouteBuilder.builder(context, template)
            .routeId(name)
            .parameter("name", name)
            .parameter("schedule", schedule)
            .parameter("cron", new CronSchedule(schedule, policy.timeZone()).forQuartz())
            .add();
      }
    }
  }

  /** The template that a source type's schedule is made of. */
  static String template(SourceType type) {
    return "preload-" + type.word().replace('_', '-') + "-schedule";
  }

  private List<ReferenceSource> scheduled(Predicate<ReferenceSource> which) {
    boolean off = !policy.preload().enabled() || policy.strategy() == Strategy.BACKFILL_ONLY;
    return tables.values().stream()
        .filter(t -> !off && t.sourceType() != SourceType.MANUAL)
        .filter(t -> !t.schedule().equals(ReferenceSource.ON_CHANGE))
        .filter(t -> !t.schedule().equals(ReferenceSource.MANUAL_SCHEDULE))
        .filter(which)
        .toList();
  }

  /** All tables due at the instant a schedule fired for, of whatever source type. */
  public SyncRequest due(
      @Header("scheduledFireTime") Date firedFor, @Header("refkeeperSchedule") String schedule) {
    Instant instant = firedFor.toInstant();
    List<String> due =
        names(
            scheduled(
                t ->
                    t.schedule().equals(schedule)
                        || new CronSchedule(t.schedule(), policy.timeZone()).firesAt(instant)));
    return new SyncRequest(due, false, false, Trigger.SCHEDULE, instant);
  }

  /** Tables whose last schedule passed while nothing was running; none if not to be caught up. */
  public SyncRequest missed() {
    Instant now = clock.instant();
    List<ReferenceSource> missed =
        scheduled(
            t ->
                policy.preload().catchUpMissed()
                    && new CronSchedule(t.schedule(), policy.timeZone())
                        .lastBefore(now)
                        .filter(fired -> !ranSince(t, fired))
                        .isPresent());
    return new SyncRequest(names(missed), false, false, Trigger.CATCH_UP, null);
  }

  private boolean ranSince(ReferenceSource table, Instant fired) {
    return jdbc.sql(
            """
            select exists (select from refkeeper.sync_table_run
                           where table_schema = ? and table_name = ? and started_at >= ?)
            """)
        .params(table.targetSchema(), table.table(), Timestamp.from(fired))
        .query(Boolean.class)
        .single();
  }

  /**
   * Tables with {@code schedule: on_change} whose file is not the one last synced, and is no longer
   * written to. One that failed, or of which rows were left out, is tried again after an hour.
   */
  public SyncRequest changed() {
    boolean off = !policy.preload().enabled() || policy.strategy() == Strategy.BACKFILL_ONLY;
    List<ReferenceSource> changed =
        tables.values().stream()
            .filter(t -> !off && t.sourceType() == SourceType.CONFIG_FILE)
            .filter(t -> t.schedule().equals(ReferenceSource.ON_CHANGE))
            .filter(this::hasChanged)
            .toList();
    return new SyncRequest(names(changed), false, false, Trigger.CHANGE, null);
  }

  private boolean hasChanged(ReferenceSource table) {
    if (!files.isSettled(table.sourceConfig().filePath())) {
      return false;
    }
    String now = files.currentSha256(table.sourceConfig().filePath());
    return !jdbc.sql(
            """
            select exists (
              select from (select content_sha256, status, skipped_rows, finished_at from refkeeper.sync_table_run
                           where table_schema = ? and table_name = ? order by id desc limit 1) last
              where content_sha256 is not distinct from ?
                and (status in ('ok', 'unchanged') and skipped_rows = 0 or finished_at > ?))
            """)
        .params(
            table.targetSchema(),
            table.table(),
            now,
            Timestamp.from(clock.instant().minus(REPEATS_A_BAD_FILE)))
        .query(Boolean.class)
        .single();
  }

  private List<String> names(List<ReferenceSource> due) {
    return tables.entrySet().stream()
        .filter(e -> due.contains(e.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
