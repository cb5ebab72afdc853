package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.refkeeper.audit.AuditEntry;
import io.refkeeper.audit.AuditExport;
import io.refkeeper.audit.AuditFilter;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit log: whole, unchangeable, and there to be read. */
class AuditTest extends InShop {

  private static final AuditFilter ALL = new AuditFilter(null, null, null, null);

  /** What syncs and loads do at random; the log must tell every state of the table from them. */
  @Test
  void playingTheLogBackGivesTheTablesAsTheyAre() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    shop.sql.execute("truncate s.client, s.country, s.folio, s.branch, s.sale, s.note");
    for (int round = 0; round < 8; round++) {
      TreeSet<String> countries = new TreeSet<>(List.of("DE"));
      StringBuilder clients = new StringBuilder("code,name,parent,country\n");
      for (int i = 0; i < 12; i++) {
        // K0 is gone one day while a note names it, K1 comes after a load has named it
        boolean delivered = i == 0 ? round < 4 : i == 1 ? round > 0 : random.nextInt(3) > 0;
        if (delivered) {
          String country = random.nextBoolean() ? "DE" : "C" + random.nextInt(3);
          countries.add(country);
          clients.append("K%d,name %d,,%s\n".formatted(i, random.nextInt(3), country));
        }
      }
      Files.writeString(
          home.resolve("reference-data/countries.csv"),
          "code\n" + String.join("\n", countries) + "\n");
      Files.writeString(home.resolve("reference-data/clients.csv"), clients);
      SyncReport synced =
          shop.runtime().sync(SyncRequest.manual(List.of("country", "client"), false, true));
      assertThat(synced.tables()).as("seed %d", seed).noneMatch(t -> t.status().equals("failed"));
      if (round == 0) {
        shop.sql.execute("insert into s.note values (1, 'K0')");
        shop.load("2025-10-01,K1,from a file,,,,99");
      }
      assertThat(
              shop.load(
                      "2025-10-01,K%d,from a file,F%d,north,%d,%d"
                          .formatted(
                              random.nextInt(14), random.nextInt(4), random.nextInt(3), round))
                  .status())
          .isEqualTo(FileResult.Status.LOADED);
    }
    for (String table : List.of("country", "client", "folio", "branch")) {
      assertThat(playedBack(table)).as("%s, seed %d", table, seed).isEqualTo(rows(table));
    }
    assertThat(
            shop.sql.queryForList("select distinct action from refkeeper.audit_log", String.class))
        .as("seed %d", seed)
        .contains("insert", "update", "delete", "promote", "retain");
  }

  private static List<String> playedBack(String table) {
    return shop.sql.queryForList(
        """
        select to_jsonb(jsonb_populate_record(null::s.%s, after))::text from (
          select distinct on (key) key, action, after from refkeeper.audit_log
          where table_schema = 's' and table_name = ? order by key, id desc) last
        where action <> 'delete' order by 1
        """
            .formatted(table),
        String.class,
        table);
  }

  private static List<String> rows(String table) {
    return shop.sql.queryForList(
        "select to_jsonb(t)::text from s.%s t order by 1".formatted(table), String.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update refkeeper.audit_log set actor = 'nobody'",
        "delete from refkeeper.audit_log",
        "truncate refkeeper.audit_log",
        "set session_replication_role = replica; delete from refkeeper.audit_log",
        "set refkeeper.audit_retention = on; update refkeeper.audit_log set actor = 'nobody'"
      })
  void evenASuperuserIsRefusedToChangeIt(String statement) {
    entry("C1", "sync", 1);
    assertThatThrownBy(() -> inASessionOfItsOwn(statement))
        .hasMessageContaining("refkeeper.audit_log is append-only");
    assertThat(read(ALL)).extracting(AuditEntry::actor).containsExactly("sync");
  }

  private static void inASessionOfItsOwn(String statements) throws SQLException {
    try (Connection session =
            DriverManager.getConnection(shop.database.getJdbcUrl(), "postgres", "");
        Statement statement = session.createStatement()) {
      statement.execute(statements);
    }
  }

  @Test
  void retentionTakesOldEntriesButNotThoseOfPersons() {
    entry("OLD", "sync", 40);
    entry("OLD", "load", 31);
    entry("OLD", "person", 400);
    entry("YOUNG", "sync", 29);
    assertThat(shop.runtime().expire(true).auditEntries()).isEqualTo(2);
    assertThat(read(ALL)).hasSize(4);
    assertThat(shop.runtime().expire(false).auditEntries()).isEqualTo(2);
    assertThat(read(ALL))
        .extracting(entry -> entry.key().get(0) + " " + entry.runKind())
        .containsExactlyInAnyOrder("OLD person", "YOUNG sync");
    assertThatThrownBy(() -> shop.sql.queryForList("select refkeeper.expire_audit_log(0, 10)"))
        .hasMessageContaining("days and batch must be 1 or more");
  }

  @Test
  void filtersSelectByTableKeyAndTime() {
    entry("A", "sync", 3);
    entry("B", "sync", 2);
    entry("B", "sync", 1);
    shop.sql.execute(
        "insert into refkeeper.audit_log (table_schema, table_name, key, action, actor, run_kind)"
            + " values ('s', 'branch', '{north,1}', 'insert', 'x', 'load')");
    Instant now = Instant.now();
    assertThat(read(new AuditFilter("client", null, null, null))).hasSize(3);
    assertThat(read(new AuditFilter("s.client", "B", null, null))).hasSize(2);
    assertThat(read(new AuditFilter(null, "north,1", null, null))).hasSize(1);
    assertThat(
            read(
                new AuditFilter(
                    "client",
                    null,
                    now.minus(60, ChronoUnit.HOURS),
                    now.minus(36, ChronoUnit.HOURS))))
        .hasSize(1);
    assertThat(read(new AuditFilter("elsewhere", null, null, null))).isEmpty();
  }

  @Test
  void aLongLogIsReadInTheOrderOfItsWriting() {
    shop.sql.execute(
        "insert into refkeeper.audit_log (table_schema, table_name, key, action, actor, run_kind)"
            + " select 's', 'client', array[n::text], 'insert', 'x', 'load' from generate_series(1, 5000) n");
    List<Long> ids = new ArrayList<>();
    assertThat(new AuditExport(shop.database).read(ALL, entry -> ids.add(entry.id())))
        .isEqualTo(5_000);
    assertThat(ids).isSorted().hasSize(5_000);
  }

  private static List<AuditEntry> read(AuditFilter filter) {
    List<AuditEntry> entries = new ArrayList<>();
    new AuditExport(shop.database).read(filter, entries::add);
    return entries;
  }

  private static void entry(String key, String runKind, int daysOld) {
    shop.sql.update(
        """
        insert into refkeeper.audit_log (at, table_schema, table_name, key, action, actor, run_kind, after)
        values (now() - ? * interval '1 day', 's', 'client', array[?], 'insert', ?, ?, '{"code": "=1"}')
        """,
        daysOld,
        key,
        runKind,
        runKind);
  }
}
