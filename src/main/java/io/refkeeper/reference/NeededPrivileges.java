package io.refkeeper.reference;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.config.Domain.LoadMode;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ForeignKeyRule.Mode;
import io.refkeeper.config.ForeignKeyRule.OnUnknown;
import io.refkeeper.config.ManagementPolicy.Retention;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.Privilege.Target;
import io.refkeeper.reference.Privilege.Work;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What loads, syncs, the relay and the jobs of governance must be allowed to do under a
 * configuration. {@code docker/sql/grants.sql} says it for the shipped one, and why.
 */
final class NeededPrivileges {

  private static final String CONTROL = "refkeeper";

  private final Set<Privilege> needed = new LinkedHashSet<>();

  private NeededPrivileges() {}

  /**
   * Every privilege, once.
   *
   * @param referring the tables that have a foreign key to a table
   */
  static Set<Privilege> of(
      Configuration configuration, Function<TableName, Collection<TableName>> referring) {
    NeededPrivileges all = new NeededPrivileges();
    all.load(configuration);
    all.sync(configuration, referring);
    all.control(Work.SEND, "outbox", "SELECT", "UPDATE");
    all.govern(configuration, referring);
    return all.needed;
  }

  private void load(Configuration configuration) {
    control(Work.LOAD, "flyway_schema_history", "SELECT");
    control(Work.LOAD, "load_run", "SELECT", "INSERT", "UPDATE");
    control(Work.LOAD, "quarantine", "SELECT", "INSERT", "UPDATE");
    control(Work.LOAD, "release_run", "SELECT", "INSERT", "UPDATE");
    control(Work.LOAD, "key_alias", "SELECT");
    control(Work.LOAD, "sync_table_run", "SELECT");
    control(Work.LOAD, "degraded_period", "SELECT", "INSERT");
    control(Work.LOAD, "ingest_hold", "SELECT", "INSERT", "UPDATE");
    control(Work.LOAD, "missing_file", "SELECT", "INSERT");
    control(Work.LOAD, "file_expectation", "SELECT", "INSERT", "UPDATE", "DELETE");
    control(Work.LOAD, "derived_record", "INSERT");
    control(Work.LOAD, "audit_log", "INSERT");
    control(Work.LOAD, "outbox", "INSERT");
    quality(Work.LOAD);
    for (Domain domain : configuration.domains().values()) {
      table(Work.LOAD, ReferenceTables.of(domain), "SELECT", "INSERT");
      if (domain.loadMode() == LoadMode.REPLACE) {
        table(Work.LOAD, ReferenceTables.of(domain), "DELETE");
      } else if (domain.loadMode() == LoadMode.UPSERT) {
        table(Work.LOAD, ReferenceTables.of(domain), "UPDATE");
        needed.add(new Privilege(Work.LOAD, Target.DATABASE, "TEMPORARY"));
      }
      domain.foreignKeys().forEach(key -> parent(configuration, key));
    }
  }

  private void parent(Configuration configuration, ForeignKeyRule key) {
    TableName parent = ReferenceTables.of(key);
    table(Work.LOAD, parent, "SELECT");
    needed.add(new Privilege(Work.LOAD, Target.rowLock(parent), "UPDATE"));
    boolean derived =
        key.onUnknown() == OnUnknown.BACKFILL
            && configuration.management().backfill().enabled()
            && configuration.management().strategy() != Strategy.PRELOAD_ONLY;
    if (derived) {
      table(Work.LOAD, parent, "INSERT", "DELETE");
    }
    if (isLookedUp(configuration, parent)) {
      table(Work.LOAD, parent, "INSERT");
      needed.add(new Privilege(Work.LOAD, Target.DATABASE, "TEMPORARY"));
    }
    if (derived && key.mode() == Mode.FILL_NULL_ONLY) {
      key.backfillColumns()
          .forEach(
              column ->
                  needed.add(
                      new Privilege(Work.LOAD, Target.column(parent, column.target()), "UPDATE")));
    }
  }

  private static boolean isLookedUp(Configuration configuration, TableName parent) {
    return configuration.referenceTables().values().stream()
        .anyMatch(source -> source.lookupOnDemand() && ReferenceTables.of(source).equals(parent));
  }

  private void sync(
      Configuration configuration, Function<TableName, Collection<TableName>> referring) {
    List<ReferenceSource> sources =
        configuration.referenceTables().values().stream()
            .filter(source -> source.sourceType() != SourceType.MANUAL)
            .toList();
    if (sources.isEmpty()) {
      return;
    }
    control(Work.SYNC, "flyway_schema_history", "SELECT");
    control(Work.SYNC, "sync_run", "SELECT", "INSERT", "UPDATE");
    control(Work.SYNC, "sync_table_run", "SELECT", "INSERT");
    control(Work.SYNC, "source_key", "SELECT", "INSERT", "UPDATE", "DELETE");
    control(Work.SYNC, "audit_log", "SELECT", "INSERT");
    control(Work.SYNC, "derived_record", "SELECT", "UPDATE");
    control(Work.SYNC, "key_alias", "SELECT", "UPDATE");
    control(Work.SYNC, "degraded_period", "SELECT", "INSERT", "UPDATE");
    control(Work.SYNC, "outbox", "INSERT");
    quality(Work.SYNC);
    needed.add(new Privilege(Work.SYNC, Target.DATABASE, "TEMPORARY"));
    for (ReferenceSource source : sources) {
      TableName table = ReferenceTables.of(source);
      table(Work.SYNC, table, "SELECT", "INSERT", "UPDATE", "DELETE");
      referring.apply(table).forEach(fact -> table(Work.SYNC, fact, "SELECT"));
    }
  }

  private void quality(Work work) {
    control(work, "quality_snapshot", "INSERT");
    control(work, "quality_latest", "SELECT");
    control(work, "quality_alert", "SELECT", "INSERT", "UPDATE");
  }

  private void govern(
      Configuration configuration, Function<TableName, Collection<TableName>> referring) {
    control(Work.GOVERN, "flyway_schema_history", "SELECT");
    control(Work.GOVERN, "job_run", "SELECT", "INSERT", "UPDATE");
    control(Work.GOVERN, "validation_run", "SELECT", "INSERT");
    control(Work.GOVERN, "sync_run", "SELECT");
    control(Work.GOVERN, "derived_record", "SELECT");
    control(Work.GOVERN, "quarantine", "SELECT", "DELETE");
    control(Work.GOVERN, "outbox", "INSERT");
    quality(Work.GOVERN);
    control(Work.GOVERN, "quality_snapshot", "SELECT", "DELETE");
    expire(configuration.management().retention());
    for (TableName table : ReferenceTables.all(configuration)) {
      table(Work.GOVERN, table, "SELECT");
      referring.apply(table).forEach(other -> table(Work.GOVERN, other, "SELECT"));
    }
    configuration
        .domains()
        .values()
        .forEach(domain -> table(Work.GOVERN, ReferenceTables.of(domain), "SELECT"));
  }

  private void expire(Retention retention) {
    if (retention.auditDays() != null) {
      needed.add(
          new Privilege(Work.GOVERN, Target.function(CONTROL, "expire_audit_log"), "EXECUTE"));
    }
    if (retention.messagesDays() != null) {
      TableName outbox = new TableName(CONTROL, "outbox");
      for (String column : List.of("id", "state", "sent_at")) { // not what messages say
        needed.add(new Privilege(Work.GOVERN, Target.column(outbox, column), "SELECT"));
      }
      table(Work.GOVERN, outbox, "DELETE");
    }
    if (retention.validationDays() != null) {
      control(Work.GOVERN, "validation_run", "DELETE");
    }
  }

  private void control(Work work, String table, String... verbs) {
    table(work, new TableName(CONTROL, table), verbs);
  }

  private void table(Work work, TableName table, String... verbs) {
    needed.add(new Privilege(work, Target.schema(table.schema()), "USAGE"));
    for (String verb : verbs) {
      needed.add(new Privilege(work, Target.table(table), verb));
    }
  }
}
