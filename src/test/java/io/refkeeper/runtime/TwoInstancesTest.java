package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.Migration;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.sync.TableReport;
import io.refkeeper.sync.Trigger;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Two instances over one database, each with routes and connections of its own, sync the same
 * tables at the same moment. The tables themselves refuse a second writer while the first one's
 * transaction is open.
 */
class TwoInstancesTest {

  private static final String TABLES =
      """
      create schema s;
      create table s.plan (code text primary key, name text);
      create table s.line (code text primary key, name text);
      create table s.sale (amount int);
      create function s.refuse_second_writer() returns trigger language plpgsql as $$
      begin
        if not pg_try_advisory_xact_lock(4711, tg_relid::int) then
          raise exception 'two syncs write % at once', tg_relid::regclass;
        end if;
        return null;
      end $$;
      create trigger alone before insert or update or delete on s.plan
        for each statement execute function s.refuse_second_writer();
      create trigger alone before insert or update or delete on s.line
        for each statement execute function s.refuse_second_writer();
      """;

  private static final String DOMAINS =
      """
      domains:
        sale: {files: ["sale*.csv"], target_schema: s, target_table: sale, load_mode: append}
      """;

  private static final String SOURCES =
      """
      reference_tables:
        plan:
          target_schema: s
          source_type: config_file
          source_config: {file_path: plan.csv, format: csv, key_column: code}
          sync_strategy: full_replace
          max_shrink: 1.0
        line:
          target_schema: s
          source_type: config_file
          source_config: {file_path: line.csv, format: csv, key_column: code}
          sync_strategy: full_replace
          max_shrink: 1.0
      """;

  private static final String POLICY =
      """
      strategy: hybrid
      time_zone: Asia/Shanghai
      backfill: {notification_channel: people}
      notifications: {channels: {people: {email: [people@example.com]}}}
      """;

  private static final List<String> BOTH = List.of("plan", "line");

  @TempDir static Path home;
  @AutoClose static HikariDataSource target;
  @AutoClose static HikariDataSource others;
  static RefkeeperRuntime one;
  static RefkeeperRuntime other;
  static JdbcTemplate sql;

  @BeforeAll
  static void start() throws IOException {
    target = TestPostgres.migratedDatabase();
    sql = new JdbcTemplate(target);
    sql.execute(TABLES);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(target.getJdbcUrl());
    config.setUsername("postgres");
    config.setMinimumIdle(0);
    others = new HikariDataSource(config);
    write("config/data_sources.yml", DOMAINS);
    write("config/reference_sources.yml", SOURCES);
    write("config/reference_management.yml", POLICY);
    Setup read = Setup.read(home, home.resolve("config"), Path.of("routes"), Map.of());
    Map<String, String> properties = new HashMap<>(read.properties());
    properties.put("refkeeper.http.port", "off");
    properties.put("refkeeper.sync.backoff", "20");
    Setup setup = new Setup(home, read.routes(), read.loaded(), properties);
    new Migration(target).apply(ReferenceTables.all(setup.loaded().configuration()));
    one = RefkeeperRuntime.start(setup, target, Mode.COMMAND);
    other = RefkeeperRuntime.start(setup, others, Mode.COMMAND);
  }

  @AfterAll
  static void stop() {
    one.close();
    other.close();
  }

  @BeforeEach
  void empty() {
    sql.execute(
        """
        set refkeeper.audit_retention = on;
        truncate s.plan, s.line, refkeeper.sync_run, refkeeper.source_key, refkeeper.audit_log cascade;
        reset refkeeper.audit_retention;
        """);
  }

  @Test
  void theSecondWaitsForTheFirstAndReadsItsSourceAnew() throws Exception {
    source(Map.of("A", "one"));
    try (Connection blocker = target.getConnection();
        Statement block = blocker.createStatement()) {
      blocker.setAutoCommit(false);
      // the first one's last write waits for this lock: its rows are written and not committed
      block.execute("lock table refkeeper.sync_table_run in exclusive mode");
      CompletableFuture<SyncReport> first = CompletableFuture.supplyAsync(() -> sync(one));
      await().until(() -> waiting("sync_table_run") == 1);
      CompletableFuture<SyncReport> second = CompletableFuture.supplyAsync(() -> sync(other));
      await().until(() -> waiting("pg_advisory_xact_lock") == 1);
      source(Map.of("A", "two"));
      blocker.rollback();

      assertThat(first.get().tables()).extracting(TableReport::inserted).contains(1L);
      assertThat(second.get().tables()).extracting(TableReport::errors).containsOnly(List.of());
    }
    assertThat(audited(0)).containsEntry("plan insert", 1L).containsEntry("plan update", 1L);
    assertThat(sql.queryForList("select name from s.plan", String.class)).containsExactly("two");
  }

  @Test
  void twoRunsOfATableNeverOverlapAndNothingIsWrittenOrAuditedTwice() throws Exception {
    Map<String, String> before = Map.of();
    for (int round = 0; round < 12; round++) {
      Map<String, String> rows = rows(round);
      source(rows);
      long last =
          sql.queryForObject("select coalesce(max(id), 0) from refkeeper.audit_log", long.class);
      boolean dry = round % 4 == 3; // the other one only tries
      List<SyncReport> reports =
          together(
              () -> one.sync(SyncRequest.manual(BOTH, false, false)),
              () -> other.sync(SyncRequest.manual(BOTH, dry, false)));

      assertThat(reports)
          .flatExtracting(SyncReport::tables)
          .as("round %d", round)
          .allSatisfy(table -> assertThat(table.errors()).isEmpty());
      assertThat(audited(last)).as("round %d", round).isEqualTo(changes(before, rows));
      if (!dry) {
        assertThat(reports)
            .flatExtracting(SyncReport::tables)
            .as("in round %d one of them finds everything done", round)
            .extracting(table -> table.table() + " " + table.status())
            .containsExactlyInAnyOrder(
                "s.plan ok", "s.plan unchanged", "s.line ok", "s.line unchanged");
      }
      before = rows;
    }
  }

  @Test
  void whereAScheduleFiresInBothOnlyOneRuns() throws Exception {
    for (int day = 1; day <= 3; day++) {
      source(rows(day));
      SyncRequest due =
          new SyncRequest(
              BOTH,
              false,
              false,
              Trigger.SCHEDULE,
              Instant.parse("2025-10-0%dT17:00:00Z".formatted(day)));
      assertThat(together(() -> one.sync(due), () -> other.sync(due)))
          .extracting(report -> report.tables().size())
          .containsExactlyInAnyOrder(2, 0);
    }
    assertThat(
            sql.queryForList(
                "select trigger || ' ' || (finished_at is not null) from refkeeper.sync_run",
                String.class))
        .containsExactly("schedule true", "schedule true", "schedule true");
  }

  private static SyncReport sync(RefkeeperRuntime instance) {
    return instance.sync(SyncRequest.manual(BOTH, false, false));
  }

  /** Both at once. */
  private static List<SyncReport> together(
      java.util.function.Supplier<SyncReport> first, java.util.function.Supplier<SyncReport> second)
      throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    List<CompletableFuture<SyncReport>> runs = new ArrayList<>();
    for (var run : List.of(first, second)) {
      runs.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  start.await();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
                return run.get();
              },
              task -> new Thread(task).start()));
    }
    return List.of(runs.get(0).get(), runs.get(1).get());
  }

  /** Some rows that come, go and change from round to round. */
  private static Map<String, String> rows(int round) {
    Map<String, String> rows = new TreeMap<>();
    for (int n = 0; n < 40; n++) {
      if ((n + round) % 4 != 0) {
        rows.put("K" + n, "name " + (n + round / 2) % 3);
      }
    }
    return rows;
  }

  /** What the audit log must have of one change of both sources, by table and action. */
  private static Map<String, Long> changes(Map<String, String> before, Map<String, String> after) {
    Map<String, Long> changes = new TreeMap<>();
    for (String table : BOTH) {
      after.forEach(
          (key, name) -> {
            if (!before.containsKey(key)) {
              changes.merge(table + " insert", 1L, Long::sum);
            } else if (!before.get(key).equals(name)) {
              changes.merge(table + " update", 1L, Long::sum);
            }
          });
      before.keySet().stream()
          .filter(key -> !after.containsKey(key))
          .forEach(key -> changes.merge(table + " delete", 1L, Long::sum));
    }
    return changes;
  }

  private static Map<String, Long> audited(long after) {
    return sql
        .queryForList(
            "select table_name || ' ' || action from refkeeper.audit_log where id > ?",
            String.class,
            after)
        .stream()
        .collect(Collectors.groupingBy(entry -> entry, TreeMap::new, Collectors.counting()));
  }

  private static long waiting(String statement) {
    return sql.queryForObject(
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and position(? in query) > 0
        """,
        Long.class,
        statement);
  }

  private static void source(Map<String, String> rows) throws IOException {
    String lines =
        rows.entrySet().stream()
            .map(row -> row.getKey() + "," + row.getValue() + "\n")
            .collect(Collectors.joining());
    for (String table : BOTH) {
      write(table + ".csv", "code,name\n" + lines);
    }
  }

  private static void write(String file, String text) throws IOException {
    Path path = home.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
