package io.refkeeper.benchmark;

import io.refkeeper.database.Migration;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.TableName;
import io.refkeeper.database.TrackingColumns;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The tables of the benchmark, brought to the same state before each thing that is measured. */
final class BenchmarkTables {

  private static final List<TableName> PARENTS =
      IntStream.range(0, FactRows.KEYS).mapToObj(i -> new TableName("benchmark", "p" + i)).toList();

  private static final TableName NEW_KEY = new TableName("benchmark", "new_key");
  private static final TableName PLAN = new TableName("benchmark", "plan");
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

  private final DataSource database;
  private final JdbcTemplate jdbc;
  private final boolean mayCheckpoint;

  BenchmarkTables(DataSource database) {
    this.database = database;
    this.jdbc = new JdbcTemplate(database);
    this.mayCheckpoint =
        Boolean.TRUE.equals(
            jdbc.queryForObject(
                "select pg_has_role(current_user, 'pg_checkpoint', 'usage')", Boolean.class));
  }

  /** Creates the tables and the control schema. */
  void create() {
    jdbc.execute(sql("tables"));
    new Migration(database).apply(PARENTS);
  }

  /**
   * Empties everything, fills the parents, analyses them; a checkpoint, where the account may ask
   * for one, so that none that is due falls into one measurement and not into another.
   */
  void reset() {
    emptyControlTables();
    jdbc.execute(
        "truncate benchmark.bare, benchmark.fact, benchmark.fact_check, benchmark.p0, benchmark.p1,"
            + " benchmark.p2, benchmark.p3");
    for (int i = 0; i < FactRows.KEYS; i++) {
      jdbc.update(
          "insert into %s (code, name) select ? || g, 'parent ' || g from generate_series(0, ?) g"
              .formatted(PARENTS.get(i).sql()),
          FactRows.keyPrefix(i),
          FactRows.parents(i) - 1);
      jdbc.execute("vacuum analyze " + PARENTS.get(i).sql());
    }
    checkpoint();
  }

  /** New tables of W8. */
  void resetNewKeys() {
    emptyControlTables();
    jdbc.execute(sql("new_key_tables"));
    new TrackingColumns(database).apply(List.of(NEW_KEY), LOCK_TIMEOUT);
    jdbc.execute("vacuum analyze benchmark.new_key");
    checkpoint();
  }

  /** The empty table of W10. */
  void resetPlan() {
    emptyControlTables();
    jdbc.execute("truncate refkeeper.source_key");
    jdbc.execute(sql("plan_table"));
    new TrackingColumns(database).apply(List.of(PLAN), LOCK_TIMEOUT);
    jdbc.execute("vacuum analyze benchmark.plan");
    checkpoint();
  }

  /** What autovacuum does between two nights. */
  void settlePlan() {
    jdbc.execute("vacuum analyze benchmark.plan");
    jdbc.execute("vacuum analyze refkeeper.source_key");
    checkpoint();
  }

  /** The transactions that have ended by now; see {@link #writtenSince}. */
  String snapshot() {
    return jdbc.queryForObject("select pg_current_snapshot()::text", String.class);
  }

  /** Rows whose last version was written by a transaction that had not ended then. */
  long writtenSince(String snapshot, String table) {
    return jdbc.queryForObject(
        """
        select count(*) from %s t, (select ?::pg_snapshot as before) s
        where not pg_visible_in_snapshot(
          ((pg_snapshot_xmax(before)::text::bigint >> 32 << 32) + t.xmin::text::bigint)::text::xid8, before)
        """
            .formatted(table),
        Long.class,
        snapshot);
  }

  private void emptyControlTables() {
    jdbc.execute(
        """
        do $$ begin
          perform set_config('refkeeper.audit_retention', 'on', true);
          truncate refkeeper.load_run, refkeeper.quarantine, refkeeper.derived_record,
            refkeeper.audit_log, refkeeper.outbox;
        end $$
        """);
  }

  private void checkpoint() {
    if (mayCheckpoint) {
      jdbc.execute("checkpoint");
    }
  }

  /** What {@code \copy TABLE from FILE (format csv, header)} of psql does, its commit included. */
  void copy(Path csv, String table) {
    jdbc.execute(
        (ConnectionCallback<Long>)
            connection -> {
              try (InputStream in = Files.newInputStream(csv)) {
                return connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy " + table + " from stdin with (format csv, header)", in);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  long count(String expression) {
    return jdbc.queryForObject("select count(*) from " + expression, Long.class);
  }

  /** Seconds of inserting parents by hand, and of that with provenance and audit. */
  record ByHand(double parents, double all) {}

  /** The three inserts that a backfill makes, by hand: set-wise, in one transaction. */
  ByHand insertByHand(int keys) {
    String[] codes = IntStream.range(0, keys).mapToObj(FactFile::newKey).toArray(String[]::new);
    String[] names = IntStream.range(0, keys).mapToObj(FactFile::newName).toArray(String[]::new);
    Long[] lines = IntStream.range(0, keys).mapToObj(i -> i + 2L).toArray(Long[]::new);
    return jdbc.execute(
        (ConnectionCallback<ByHand>)
            connection -> {
              connection.setAutoCommit(false);
              try {
                JdbcTemplate session =
                    new JdbcTemplate(new SingleConnectionDataSource(connection, true));
                Long run = session.queryForObject(sql("insert_load_run"), Long.class);
                long start = System.nanoTime();
                int inserted = session.update(sql("insert_parents"), codes, names);
                long parents = System.nanoTime();
                session.update(sql("insert_provenance"), run, codes, names, lines);
                session.update(sql("insert_audit"), run, codes);
                long end = System.nanoTime();
                connection.commit();
                Outcome.require("keys inserted by hand", keys, inserted);
                return new ByHand((parents - start) / 1e9, (end - start) / 1e9);
              } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
              } finally {
                connection.setAutoCommit(true);
              }
            });
  }

  String setting(String name) {
    return jdbc.queryForObject("select current_setting(?)", String.class, name);
  }

  private static String sql(String name) {
    return SqlResource.read("benchmark_" + name);
  }
}
