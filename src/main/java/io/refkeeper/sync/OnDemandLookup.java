package io.refkeeper.sync;

import io.refkeeper.audit.AuditLog;
import io.refkeeper.audit.AuditLog.Actor;
import io.refkeeper.config.Configuration;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.OnBadRow;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.database.TransientFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.reference.ParentLookup;
import io.refkeeper.reference.ReferenceTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Rows of single keys, staged and validated as a sync's are, inside a load's transaction and under
 * a savepoint: whatever is wrong with them, the load goes on without them.
 */
public final class OnDemandLookup implements ParentLookup {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.sync");

  private final Configuration configuration;
  private final Sources sources;
  private final SyncSettings settings;
  private final DataSource target;
  private final JdbcClient jdbc;
  private final Catalog catalog;
  private final Staging staging;
  private final Validation validation;
  private final AuditLog audit;

  OnDemandLookup(
      Configuration configuration, Sources sources, SyncSettings settings, DataSource target) {
    this.configuration = configuration;
    this.sources = sources;
    this.settings = settings;
    this.target = target;
    this.jdbc = JdbcClient.create(target);
    this.catalog = new Catalog(target);
    this.staging = new Staging(target);
    this.validation = new Validation(target);
    this.audit = new AuditLog(target);
  }

  @Override
  public boolean covers(TableName parent, List<String> keyColumns) {
    return configuration.management().strategy() != Strategy.BACKFILL_ONLY
        && source(parent)
            .filter(source -> Set.copyOf(source.targetKey()).equals(Set.copyOf(keyColumns)))
            .isPresent();
  }

  private Optional<ReferenceSource> source(TableName parent) {
    return configuration.referenceTables().values().stream()
        .filter(ReferenceSource::lookupOnDemand)
        .filter(source -> ReferenceTables.of(source).equals(parent))
        .findFirst();
  }

  @Override
  public int mostKeys() {
    return settings.lookup().keysPerLoad();
  }

  @Override
  public Answer find(
      TableName parent, List<String> keyColumns, List<List<String>> keys, long loadRunId) {
    ReferenceSource source = source(parent).orElseThrow();
    Table table = catalog.table(parent).orElseThrow();
    List<List<String>> wanted = inOrder(source.targetKey(), keyColumns, keys);
    int inserted = 0;
    int most = settings.lookup().keysPerQuery();
    for (int from = 0; from < wanted.size(); from += most) {
      TableRun run = TableRun.alone(leavingOutBadRows(source), table, settings);
      try {
        List<Map<String, ?>> rows =
            sources
                .of(source.sourceType())
                .find(run, wanted.subList(from, Math.min(from + most, wanted.size())));
        inserted += rows.isEmpty() ? 0 : insert(run, rows, loadRunId);
      } catch (ProblemException e) {
        return new Answer(inserted, e.problems().get(0));
      }
    }
    return new Answer(inserted, null);
  }

  private static ReferenceSource leavingOutBadRows(ReferenceSource s) {
    return new ReferenceSource(
        s.table(),
        s.targetSchema(),
        s.targetKey(),
        s.sourceType(),
        s.sourceConfig(),
        s.syncStrategy(),
        s.schedule(),
        null,
        s.dependsOn(),
        s.maxShrink(),
        OnBadRow.SKIP,
        s.lookupOnDemand());
  }

  private static List<List<String>> inOrder(
      List<String> wanted, List<String> given, List<List<String>> keys) {
    if (wanted.equals(given)) {
      return keys;
    }
    return keys.stream()
        .map(key -> wanted.stream().map(column -> key.get(given.indexOf(column))).toList())
        .toList();
  }

  /** Throws a ProblemException when the table refuses the rows; the transaction is as before. */
  private int insert(TableRun run, List<Map<String, ?>> rows, long loadRunId) {
    Connection connection = DataSourceUtils.getConnection(target);
    try {
      Savepoint before = connection.setSavepoint();
      try {
        int inserted = insertStaged(run, rows, loadRunId);
        connection.releaseSavepoint(before);
        return inserted;
      } catch (SQLException | DataAccessException | ProblemException e) {
        if (TransientFailure.isTransient(e)) {
          throw e;
        }
        connection.rollback(before);
        throw refused(run, e);
      }
    } catch (SQLException e) {
      throw new UncategorizedSQLException("lookup on demand", null, e);
    } finally {
      DataSourceUtils.releaseConnection(connection, target);
    }
  }

  private static ProblemException refused(TableRun run, Exception e) {
    if (e instanceof ProblemException known) {
      return known;
    }
    Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
    return new ProblemException(
        new Problem(
            "target_refused",
            "PostgreSQL refused rows that were looked up: "
                + String.valueOf(cause.getMessage()).replaceAll("\\s+", " ").strip(),
            run.name().toString(),
            "Correct the source or the table; the keys are treated as unknown"),
        e);
  }

  private int insertStaged(TableRun run, List<Map<String, ?>> rows, long loadRunId)
      throws SQLException {
    String zone = jdbc.sql("show timezone").query(String.class).single();
    String dates = jdbc.sql("show datestyle").query(String.class).single();
    settings(configuration.management().timeZone().getId(), "ISO, YMD");
    TableSync.dropStagingTables(jdbc);
    staging.stage(run, new ArrayList<>(rows).iterator());
    validation.validate(run);
    StagedColumns columns = StagedColumns.of(run);
    int inserted =
        audit.record(
            run.name(),
            new Actor("load", "load", loadRunId),
            """
            changed as (
              insert into %s as t (%s, _source, _needs_review)
              select %s, 'authoritative', false from sync_row r order by %s
              on conflict (%s) do nothing
              returning %s as key, 'insert' as action, null::jsonb as before, to_jsonb(t.*) as after)
            """
                .formatted(
                    run.attempt().target().name().sql(),
                    columns.names(""),
                    columns.names("r."),
                    columns.keys("r."),
                    columns.keys(""),
                    columns.keyArray("t")));
    TableSync.dropStagingTables(jdbc);
    settings(zone, dates);
    run.attempt().remarks().forEach(remark -> LOG.warn("lookup on demand: {}", remark));
    return inserted;
  }

  private void settings(String timeZone, String dateStyle) {
    jdbc.sql("select set_config('TimeZone', ?, true), set_config('DateStyle', ?, true)")
        .params(timeZone, dateStyle)
        .query()
        .singleRow();
  }
}
