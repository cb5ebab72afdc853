package io.refkeeper.ingest;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.DegradedPeriods;
import io.refkeeper.reference.DegradedPeriods.Cause;
import io.refkeeper.reference.ReferenceTables;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tells whether the preload has done its work for the parents of a domain. */
final class Freshness {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private final JdbcClient jdbc;
  private final DegradedPeriods periods;
  private final Configuration configuration;
  private final ManagementPolicy policy;
  private final Clock clock;

  Freshness(DataSource target, Configuration configuration, Clock clock) {
    this.jdbc = JdbcClient.create(target);
    this.periods = new DegradedPeriods(target);
    this.configuration = configuration;
    this.policy = configuration.management();
    this.clock = clock;
  }

  /**
   * A parent table whose preload is not as it should be.
   *
   * @param cause why it is in degraded mode; null: it is not, its last good sync is only old
   * @param reason why, for people
   */
  record Lack(TableName table, Cause cause, String reason) {}

  /** The parents of a domain that are in degraded mode; empty when the preload did its work. */
  List<Lack> degraded(Domain domain) {
    return sources(domain).stream().flatMap(source -> degraded(source).stream()).toList();
  }

  /** The parents of a domain whose last good sync is too old, or that never had one. */
  List<Lack> stale(Domain domain) {
    return sources(domain).stream().flatMap(source -> stale(source).stream()).toList();
  }

  private List<ReferenceSource> sources(Domain domain) {
    if (policy.strategy() == Strategy.BACKFILL_ONLY || !policy.preload().enabled()) {
      return List.of();
    }
    List<TableName> parents =
        domain.foreignKeys().stream().map(ReferenceTables::of).distinct().toList();
    return configuration.referenceTables().values().stream()
        .filter(source -> source.sourceType() != SourceType.MANUAL)
        .filter(source -> parents.contains(ReferenceTables.of(source)))
        .toList();
  }

  private Optional<Lack> degraded(ReferenceSource source) {
    TableName table = ReferenceTables.of(source);
    return periods
        .cause(table)
        .or(
            () ->
                lastGoodSync(table).isEmpty() ? Optional.of(Cause.NEVER_SYNCED) : Optional.empty())
        .map(cause -> new Lack(table, cause, cause.of(table)));
  }

  /** A file that is synced when it changes is as old as it is; only a failed sync counts. */
  private Optional<Lack> stale(ReferenceSource source) {
    TableName table = ReferenceTables.of(source);
    if (source.schedule().equals(ReferenceSource.ON_CHANGE)) {
      return degraded(source);
    }
    Optional<Instant> synced = lastGoodSync(table);
    Duration age = policy.ingest().maxSyncAge();
    if (synced.isEmpty()) {
      return Optional.of(
          new Lack(table, Cause.NEVER_SYNCED, table + " has never had a sync that got through"));
    }
    if (!synced.get().plus(age).isBefore(clock.instant())) {
      return Optional.empty();
    }
    return Optional.of(
        new Lack(
            table,
            periods.cause(table).orElse(null),
            "the last good sync of %s, at %s (%s), is older than %s"
                .formatted(
                    table,
                    TIME.format(synced.get().atZone(policy.timeZone())),
                    policy.timeZone(),
                    words(age))));
  }

  private Optional<Instant> lastGoodSync(TableName table) {
    return jdbc.sql(
            """
            select started_at from refkeeper.sync_table_run
            where table_schema = ? and table_name = ? and status in ('ok', 'unchanged')
            order by id desc limit 1
            """)
        .params(table.schema(), table.name())
        .query(Timestamp.class)
        .optional()
        .map(Timestamp::toInstant);
  }

  private static String words(Duration age) {
    return age.toMinutesPart() == 0 && age.toSecondsPart() == 0
        ? age.toHours() + " h"
        : age.toMinutes() + " min";
  }
}
