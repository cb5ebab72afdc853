package io.refkeeper.sync;

import io.refkeeper.database.Catalog;
import io.refkeeper.database.Table;
import io.refkeeper.database.TrackingColumns;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.ExchangeProperty;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * The steps around the sync of one table: may it run, prepare it, open and undo its transaction.
 */
public final class TableSync {

  /** Temporary tables; dropped at the end of a transaction. */
  private static final String STAGING_TABLES =
      "pg_temp.sync_raw, pg_temp.sync_delivered, pg_temp.sync_gone, pg_temp.sync_fault,"
          + " pg_temp.sync_row, pg_temp.sync_skipped, pg_temp.sync_change, pg_temp.sync_key_difference";

  /**
   * The key space of {@code pg_advisory_xact_lock(class, oid)} for syncs of a table; loads lock
   * their fact table under 7301.
   */
  public static final int LOCK_CLASS = 7302;

  private final DataSource target;
  private final Catalog catalog;
  private final JdbcClient jdbc;
  private final ZoneId timeZone;
  private final SyncSettings settings;

  public TableSync(DataSource target, ZoneId timeZone, SyncSettings settings) {
    this.target = target;
    this.catalog = new Catalog(target);
    this.jdbc = JdbcClient.create(target);
    this.timeZone = timeZone;
    this.settings = settings;
  }

  /**
   * Begins a table. False when it must be left out: the run was stopped, or a table it depends on
   * failed.
   */
  public boolean mayRun(@ExchangeProperty("table") TableRun run) {
    run.start();
    List<String> parents = run.run().leftBehind(run.dependsOn());
    if (!parents.isEmpty()) {
      run.skipped(
          new Problem(
              "dependency_failed",
              "Skipped: it depends on %s, which did not get through"
                  .formatted(String.join(", ", parents)),
              run.name().toString(),
              "Put that right first; the table is as it was"));
    } else if (run.run().isAborted()) {
      run.skipped(
          new Problem(
              "run_aborted",
              "Skipped: a table before it failed, and preload.on_failure is abort",
              run.name().toString(),
              "Put that one right first; the table is as it was"));
    }
    return !run.isLeftBehind();
  }

  /**
   * Begins an attempt: reads the target from the catalog, before the source is asked for anything.
   *
   * @throws ProblemException when the table, its key or its tracking columns are missing
   */
  public void prepare(@ExchangeProperty("table") TableRun run) {
    run.tryAgain();
    Table table =
        catalog
            .table(run.name())
            .orElseThrow(
                () ->
                    problem(run, "target_missing", "The target table does not exist", "Create it"));
    if (!table.isUnique(run.source().targetKey())) {
      throw problem(
          run,
          "key_not_unique",
          "No unique constraint covers exactly the key "
              + String.join(", ", run.source().targetKey()),
          "Add a primary key or unique constraint over these columns");
    }
    List<String> missing = TrackingColumns.missing(table);
    if (!missing.isEmpty()) {
      throw problem(
          run,
          "tracking_columns",
          "The table lacks the tracking columns " + String.join(", ", missing),
          "Run: refkeeper migrate");
    }
    run.begin(table);
  }

  private static ProblemException problem(
      TableRun run, String code, String message, String remedy) {
    return new ProblemException(
        new Problem(code, message, run.name().toString(), remedy + "; nothing was written"));
  }

  /** Refuses a source type that no route of this installation fetches. */
  public void refuseSourceType(@ExchangeProperty("table") TableRun run) {
    throw problem(
        run,
        "source_type_unsupported",
        "No route fetches from source_type " + run.getSourceType(),
        "Put preload-%s.camel.yaml back into the routes folder".formatted(run.getRoute()));
  }

  /**
   * Opens the table's transaction. Dates and times without an offset are of the policy's time zone,
   * at the source and here.
   *
   * @throws TableBusyException when another sync of the table was running; it has ended now
   */
  public void begin(@ExchangeProperty("table") TableRun run) {
    jdbc.sql(
            """
            select set_config('lock_timeout', ?, true), set_config('TimeZone', ?, true),
                   set_config('DateStyle', 'ISO, YMD', true),
                   case when pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('64MB')
                        then set_config('work_mem', '64MB', true) end
            """)
        .params(settings.lockTimeout().toMillis() + "ms", timeZone.getId())
        .query()
        .singleRow();
    if (run.isDryRun()) {
      // the tables before this one share the transaction
      dropStagingTables(jdbc);
    }
    lock(run);
    run.attempt().writesAs(run.isDryRun() ? recordOfDryRun() : run.run().id());
  }

  /** Makes room for another table in the same transaction. */
  static void dropStagingTables(JdbcClient jdbc) {
    jdbc.sql("drop table if exists " + STAGING_TABLES).update();
  }

  /**
   * One sync of a table at a time, over all instances. Rows that were fetched while another sync
   * was under way may be older than what it has written, so they are fetched again.
   */
  private void lock(TableRun run) {
    int table = (int) run.attempt().target().oid();
    boolean free =
        jdbc.sql("select pg_try_advisory_xact_lock(?, ?)")
            .params(LOCK_CLASS, table)
            .query(Boolean.class)
            .single();
    if (!free) {
      jdbc.sql("select pg_advisory_xact_lock(?, ?)::text")
          .params(LOCK_CLASS, table)
          .query(String.class)
          .single();
      throw new TableBusyException(
          new Problem(
              "table_busy",
              "Another sync of this table was running",
              run.name().toString(),
              "Sync again later; the table is as that one left it"));
    }
  }

  private long recordOfDryRun() {
    return jdbc.sql(
            "insert into refkeeper.sync_run (trigger, instance) values ('manual', 'dry run') returning id")
        .query(Long.class)
        .single();
  }

  /** Keeps a sample of what a dry run would change. */
  public void keepDifferences(@ExchangeProperty("table") TableRun run) {
    run.attempt()
        .differs(
            jdbc.sql(
                    """
                    select action || ' ' || array_to_string(key, ', ') || coalesce(': ' ||
                      (select string_agg(f.field || ' ' || coalesce(b.value, 'NULL') || ' -> ' || coalesce(f.value, 'NULL'), ', ')
                       from jsonb_each_text(a.after) f(field, value)
                       left join jsonb_each_text(a.before) b(field, value) using (field)
                       where a.before is not null and f.value is distinct from b.value), '')
                    from refkeeper.audit_log a where run_kind = 'sync' and run_id = ? order by id limit 20
                    """)
                .param(run.attempt().runId())
                .query(String.class)
                .list());
    run.done();
  }

  /** Ends the attempts: a table whose last one failed is as it was. */
  public void settle(@ExchangeProperty("table") TableRun run) {
    if (run.isFailed()) {
      run.notDone();
    }
  }

  /** Takes everything of a dry run back. */
  public void undo() throws SQLException {
    // Spring's commit, which follows, then has nothing to commit.
    DataSourceUtils.getConnection(target).rollback();
  }
}
