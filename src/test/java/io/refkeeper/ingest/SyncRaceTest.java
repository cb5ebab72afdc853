package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.sync.TableReport;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sync and a load that write the same reference rows at the same moment: one waits for the other,
 * never each for the other. The source lists its keys backwards, the file in any order; the keys
 * sort otherwise in the column than in the database.
 */
class SyncRaceTest {

  private static final String TABLES =
      """
      create schema r;
      create table r.item (code text collate "und-x-icu" primary key, name text);
      create table r.sale (item text collate "und-x-icu" references r.item, name text);
      create function r.wait() returns trigger language plpgsql as $$ begin
        if new.code = 'M' then perform pg_advisory_xact_lock_shared(77); end if;
        return new;
      end $$;
      create trigger wait before insert on r.item for each row execute function r.wait();
      """;

  private static final String DOMAINS =
      """
      domains:
        sale:
          files: ["sale*.csv"]
          target_schema: r
          target_table: sale
          load_mode: append
          foreign_keys:
            - name: fk_item
              source_column: item
              target_schema: r
              target_table: item
              target_key: code
              mode: fill_null_only
              backfill_columns: [{source: name, target: name}]
      """;

  private static final String SOURCES =
      """
      reference_tables:
        item:
          target_schema: r
          source_type: config_file
          source_config: {file_path: items.csv, format: csv, key_column: code}
          sync_strategy: merge
          schedule: manual
      """;

  @TempDir static Path home;
  @AutoClose static IngestFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture =
        IngestFixture.of(
            home, TABLES, DOMAINS, "strategy: hybrid\nbackfill: {mode: always}\n", SOURCES);
    fixture.file("items.csv", "code,name", "Z,x", "n,x", "M,x", "B,x", "a,x");
  }

  @BeforeEach
  void empty() {
    fixture.jdbc.execute(
        "truncate r.item, r.sale, refkeeper.load_run, refkeeper.source_key cascade");
  }

  @Test
  void newKeysOfBothAreInsertedInOneOrder() throws Exception {
    TableReport sync =
        race("insert", "select pg_advisory_lock(77)", "select pg_advisory_unlock(77)");

    assertThat(sync.inserted() + sync.promoted()).isEqualTo(5);
  }

  @Test
  void knownKeysOfBothAreLockedInOneOrder() throws Exception {
    fixture.jdbc.execute(
        """
        insert into r.item (code, _source, _needs_review)
        values ('B', 'auto_derived', true), ('a', 'auto_derived', true), ('M', 'auto_derived', true),
               ('Z', 'auto_derived', true), ('n', 'auto_derived', true)
        """);
    TableReport sync =
        race("update", "begin; select from r.item where code = 'M' for no key update", "commit");

    assertThat(sync.promoted()).isEqualTo(5);
  }

  /**
   * Holds up both at the key in the middle, or one there and the other before, and lets them go.
   *
   * @return the report of the sync; no deadlock had to end the one or the other
   */
  private static TableReport race(String name, String holdUp, String letGo) throws Exception {
    CompletableFuture<FileResult> load;
    CompletableFuture<SyncReport> sync;
    try (Connection other = fixture.database.getConnection();
        Statement statement = other.createStatement()) {
      statement.execute(holdUp);
      load =
          CompletableFuture.supplyAsync(
              () ->
                  fixture.ingest(
                      "sale-" + name + ".csv", "item,name", "M,y", "B,y", "Z,y", "n,y", "a,y"));
      sync = CompletableFuture.supplyAsync(SyncRaceTest::sync);
      await().until(() -> waiting() == 2);
      statement.execute(letGo);
    }
    assertThat(load.get().status()).isEqualTo(FileResult.Status.LOADED);
    assertThat(sync.get().tables().get(0).errors()).isEmpty();
    assertThat(fixture.rows("select code, name, _source from r.item order by code"))
        .containsExactly(
            "a|x|authoritative",
            "B|x|authoritative",
            "M|x|authoritative",
            "n|x|authoritative",
            "Z|x|authoritative");
    assertThat(fixture.count("r.sale")).isEqualTo(5);
    assertThat(deadlocks()).as("deadlocks").isZero();
    return sync.get().tables().get(0);
  }

  private static SyncReport sync() {
    return fixture
        .routes
        .producer()
        .requestBody(
            "direct:reference-sync",
            SyncRequest.manual(List.of("item"), false, false),
            SyncReport.class);
  }

  private static long waiting() {
    return fixture.count(
        "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
  }

  /** A session tells its statistics when it ends. */
  private static long deadlocks() throws SQLException {
    fixture.database.getHikariPoolMXBean().softEvictConnections();
    await()
        .until(
            () ->
                fixture.database.getHikariPoolMXBean().getActiveConnections() <= 1
                    && fixture.count(
                            "pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
                        <= 1);
    return fixture.jdbc.queryForObject(
        "select deadlocks from pg_stat_database where datname = current_database()", Long.class);
  }
}
