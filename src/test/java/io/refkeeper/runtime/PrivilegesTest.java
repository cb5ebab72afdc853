package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.Migration;
import io.refkeeper.ingest.Delivery;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.ingest.LoadResult;
import io.refkeeper.problem.Finding;
import io.refkeeper.quality.StatusQuery;
import io.refkeeper.reference.DatabaseCheck;
import io.refkeeper.reference.PrivilegeCheck;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The roles of {@code docker/sql}: each can do its work, and would fail at it without any single
 * one of its grants on tables.
 */
class PrivilegesTest {

  /** Needed when a sync fails, which tells people, and by schedules, to find what is due. */
  private static final List<String> NOT_BY_EVERY_SYNC =
      List.of("insert on refkeeper.outbox", "select on refkeeper.sync_table_run");

  private static final String HISTORY = "refkeeper.flyway_schema_history";
  private static final List<String> TABLES = List.of("年金计划", "组合计划", "产品线", "组织架构");

  private static final String MANAGEMENT =
      """
      strategy: hybrid
      backfill: {notification_channel: stewards}
      notifications: {channels: {stewards: {email: [stewards@example.com]}}}
      """;

  /**
   * A row with known parents, one with a new parent in every table, one that can't be a parent, and
   * one whose new parent is taken back because the database refuses the row.
   */
  private static final String PERFORMANCE =
      """
      月度,业务类型,计划类型,计划代码,计划名称,组合代码,机构,流失(含待遇支付),供款
      202510,企年投资,单一,P1,,F1,总部,,
      202510,企年受托,单一,NEW,new plan,NEWF,北京,1.5,
      202510,企年受托,单一,not a plan's code,,,,,
      202510,企年受托,单一,TAKENBACK,,,,,-1
      """;

  private static final String INCOME =
      """
      月度,业务类型,计划类型,计划代码,组合代码,机构,固费,浮费,回补,税
      202510,企年投资,单一,P1,F1,总部,1,2,3,4
      """;

  private static final String STATE_BEFORE =
      """
      truncate business."规模明细", business."收入明细", mapping."年金计划", mapping."组合计划", mapping."产品线",
        mapping."组织架构", refkeeper.load_run, refkeeper.sync_run, refkeeper.source_key, refkeeper.outbox
        cascade;
      insert into mapping."年金计划" ("年金计划号", "计划全称")
        values ('P1', 'old name'), ('GONE', null), ('KEPT', null);
      insert into mapping."组合计划" ("组合代码", "组合名称") values ('F1', 'old name'), ('GONE', null);
      insert into mapping."产品线" ("产品线代码", "产品线") values ('PL201', 'old name'), ('GONE', null);
      insert into mapping."组织架构" ("机构代码", "机构") values ('G00', 'old name'), ('GONE', null);
      update mapping."年金计划" set _source = 'auto_derived' where "年金计划号" = 'P1';
      insert into business."规模明细" ("月度", "计划代码") values ('2025-09-01', 'KEPT');
      insert into refkeeper.sync_run (trigger, instance) values ('manual', 'test');
      insert into refkeeper.source_key (table_schema, table_name, key, sync_run_id)
        select 'mapping', t, array[k], (select max(id) from refkeeper.sync_run)
        from (values ('年金计划', 'P1'), ('年金计划', 'GONE'), ('年金计划', 'KEPT'), ('组合计划', 'GONE'),
                     ('产品线', 'PL201'), ('产品线', 'GONE'), ('组织架构', 'G00'), ('组织架构', 'GONE'))
             as v(t, k);
      """;

  @TempDir static Path home;
  private static HikariDataSource database;
  private static JdbcTemplate superuser;
  private static Setup setup;

  @BeforeAll
  static void createRolesAsTheReadmeSays() throws Exception {
    writeConfiguration();
    database = TestPostgres.newDatabase();
    superuser = new JdbcTemplate(database);
    superuser.execute(Files.readString(Path.of("src/main/resources/demo/users_tables.sql")));
    superuser.execute("alter table business.\"规模明细\" add check (\"供款\" >= 0)");
    superuser.execute(Files.readString(Path.of("docker/sql/roles.sql")));
    for (String role : List.of("owner", "loader", "sync", "relay", "monitoring")) {
      account("test_" + role, "refkeeper_" + role);
    }
    account("test_service", "refkeeper_loader, refkeeper_sync, refkeeper_relay");
    setup = Setup.read(home, home.resolve("config"), Path.of("routes"), Map.of());
    try (HikariDataSource owner = pool("test_owner")) {
      new Migration(owner).apply(ReferenceTables.all(setup.loaded().configuration()));
    }
    superuser.execute(Files.readString(Path.of("docker/sql/grants.sql")));
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @BeforeEach
  void reset() {
    superuser.execute(STATE_BEFORE);
  }

  @Test
  void bothFilesCanBeRunAgain() throws IOException {
    superuser.execute(Files.readString(Path.of("docker/sql/roles.sql")));
    superuser.execute(Files.readString(Path.of("docker/sql/grants.sql")));
  }

  @Test
  void oneServiceAccountLoadsSyncsAndSends() {
    try (HikariDataSource service = pool("test_service");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, service, Mode.COMMAND)) {
      requireReady(service, HISTORY);
      assertLoaded(load(runtime));
      assertThat(sync(runtime)).containsOnly("ok");
      superuser.execute("delete from refkeeper.outbox");
      runtime.relay();
      assertThat(new StatusQuery(service).read().loads()).hasSize(2); // the image's health check
    }
  }

  @Test
  void theLoaderNeedsEachOfItsGrants() {
    try (HikariDataSource loader = pool("test_loader");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, loader, Mode.COMMAND)) {
      Function<String, List<FileResult>> work =
          grant -> {
            requireReady(loader, grant);
            return load(runtime);
          };
      assertLoaded(load(runtime));
      assertThat(notNeeded("refkeeper_loader", work)).isEmpty();
    }
  }

  @Test
  void withTheOptionalGrantLoadsProveTheirForeignKeysThemselves() throws IOException {
    String grant = "grant set on parameter session_replication_role to refkeeper_loader";
    assertThat(Files.readString(Path.of("docker/sql/grants.sql"))).contains("--   " + grant + ";");
    try (HikariDataSource loader = pool("test_loader");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, loader, Mode.COMMAND)) {
      assertThat(load(runtime))
          .flatExtracting(FileResult::loads)
          .extracting(LoadResult::fkCheck, LoadResult::fkCheckReason)
          .containsOnly(
              tuple(
                  "database",
                  "the role may not set session_replication_role (GRANT SET ON PARAMETER"
                      + " session_replication_role TO it)"));
      reset();
      superuser.execute(grant);
      try {
        List<FileResult> results = load(runtime);
        assertLoaded(results);
        assertThat(results)
            .flatExtracting(FileResult::loads)
            .extracting(LoadResult::fkCheck, LoadResult::fkCheckReason)
            .containsOnly(tuple("verified", null));
        assertThat(privileges("test_loader")).doesNotContain(noteFor("test_loader"));
      } finally {
        superuser.execute("revoke set on parameter session_replication_role from refkeeper_loader");
      }
    }
  }

  @Test
  void aSyncNeedsEachOfItsGrants() {
    try (HikariDataSource account = pool("test_sync");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, account, Mode.COMMAND)) {
      Function<String, List<String>> work =
          grant -> {
            requireReady(account, grant);
            return sync(runtime, concernedBy(grant));
          };
      assertThat(sync(runtime)).containsOnly("ok");
      assertThat(notNeeded("refkeeper_sync", work)).isEqualTo(NOT_BY_EVERY_SYNC);
    }
  }

  @Test
  void theRelayNeedsEachOfItsGrants() {
    try (HikariDataSource relay = pool("test_relay");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, relay, Mode.COMMAND)) {
      Supplier<String> round =
          () -> {
            runtime.relay();
            return "done";
          };
      assertThat(round.get()).isEqualTo("done");
      assertThat(notNeeded("refkeeper_relay", grant -> round.get())).isEmpty();
    }
  }

  @Test
  void theMonitorNeedsEachOfItsGrants() {
    try (HikariDataSource monitor = pool("test_monitoring")) {
      StatusQuery status = new StatusQuery(monitor);
      assertThat(status.read().tables()).isEmpty();
      assertThat(notNeeded("refkeeper_monitoring", grant -> status.read())).isEmpty();
    }
  }

  @Test
  void checkFindsNothingMissingForTheServiceAndSaysWhatTheOthersMayNot() {
    assertThat(privileges("test_service")).containsExactly(noteFor("test_service"));
    assertThat(privileges("test_loader"))
        .containsExactlyInAnyOrder(
            noteFor("test_loader"),
            "warning: refkeeper.sync_run: The account test_loader may not sync: refkeeper run, which"
                + " does everything, needs that - nothing to do if it has other work; else grant what"
                + " docker/sql/grants.sql lists",
            "warning: refkeeper.outbox: The account test_loader may not send messages: refkeeper run,"
                + " which does everything, needs that - nothing to do if it has other work; else"
                + " grant what docker/sql/grants.sql lists");
  }

  @Test
  void checkMissesEachGrantOfEachRoleAndNamesTheGrantToRun() {
    for (String role : List.of("refkeeper_loader", "refkeeper_sync", "refkeeper_relay")) {
      try (HikariDataSource account = pool(role.replace("refkeeper_", "test_"))) {
        PrivilegeCheck check = new PrivilegeCheck(account);
        for (String grant : grants(role)) {
          superuser.execute("revoke %s from %s".formatted(grant, role));
          try {
            assertThat(check.check(setup.loaded().configuration()))
                .as("%s from %s", grant, role)
                .anyMatch(Finding::isError);
          } finally {
            superuser.execute("grant %s to %s".formatted(grant, role));
          }
        }
      }
    }
  }

  @Test
  void theGrantThatCheckNamesIsTheOneThatIsMissing() {
    superuser.execute("revoke delete on business.\"规模明细\" from refkeeper_loader");
    superuser.execute("revoke update (_needs_review) on mapping.\"产品线\" from refkeeper_loader");
    superuser.execute("revoke usage on schema mapping from refkeeper_loader");
    try {
      assertThat(privileges("test_loader"))
          .contains(
              "error: business.规模明细: The account test_loader lacks delete, which it needs to load -"
                  + " run: grant delete on \"business\".\"规模明细\" to \"test_loader\"",
              "error: mapping.产品线: The account test_loader lacks update (\"_needs_review\"), which it"
                  + " needs to load - run: grant update (\"_needs_review\") on"
                  + " \"mapping\".\"产品线\" to \"test_loader\"",
              "error: schema mapping: The account test_loader lacks usage, which it needs to load -"
                  + " run: grant usage on schema \"mapping\" to \"test_loader\"");
    } finally {
      superuser.execute("grant delete on business.\"规模明细\" to refkeeper_loader");
      superuser.execute("grant update (_needs_review) on mapping.\"产品线\" to refkeeper_loader");
      superuser.execute("grant usage on schema mapping to refkeeper_loader");
    }
  }

  private static List<String> privileges(String account) {
    try (HikariDataSource pool = pool(account)) {
      return new PrivilegeCheck(pool)
          .check(setup.loaded().configuration()).stream().map(Finding::toString).toList();
    }
  }

  private static String noteFor(String account) {
    return "note: session_replication_role: The account %1$s may not set it: PostgreSQL checks the"
            .formatted(account)
        + " foreign keys of a load row by row, which takes longer - to allow it, a superuser runs:"
        + " grant set on parameter session_replication_role to \"%s\"".formatted(account);
  }

  /** Takes each grant of a role away, one at a time; returns those that the work can do without. */
  private List<String> notNeeded(String role, Function<String, ?> work) {
    List<String> notNeeded = new ArrayList<>();
    Logger camel = (Logger) LoggerFactory.getLogger("org.apache.camel");
    Level level = camel.getLevel();
    camel.setLevel(Level.OFF); // every refusal below would log its stack trace
    for (String grant : grants(role)) {
      reset();
      superuser.execute("revoke %s from %s".formatted(grant, role));
      try {
        Object[] result = new Object[1];
        Throwable failure = catchThrowable(() -> result[0] = work.apply(grant));
        if (!(result[0] + chain(failure)).contains("permission denied")) {
          notNeeded.add(grant);
        }
      } finally {
        superuser.execute("grant %s to %s".formatted(grant, role));
      }
    }
    camel.setLevel(level);
    return notNeeded;
  }

  private static String chain(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .map(Throwable::toString)
        .collect(Collectors.joining());
  }

  /** Every privilege of a role on a table, or on a column of one, as GRANT names it. */
  private static List<String> grants(String role) {
    return superuser.queryForList(
        """
        select lower(a.privilege_type) || ' on ' || c.oid::regclass
        from pg_class c, aclexplode(c.relacl) a where a.grantee = ?::regrole
        union all
        select format('%s (%I) on %s', lower(a.privilege_type), t.attname, t.attrelid::regclass)
        from pg_attribute t, aclexplode(t.attacl) a where a.grantee = ?::regrole
        order by 1
        """,
        String.class, role, role);
  }

  /**
   * What every command does first; skipped, because it takes its time, for other tables' grants.
   */
  private static void requireReady(DataSource target, String grant) {
    if (grant.contains(HISTORY)) {
      assertThat(new DatabaseCheck(target).check(setup.loaded())).noneMatch(Finding::isError);
    }
  }

  private static List<FileResult> load(RefkeeperRuntime runtime) {
    return Stream.of("annuity_performance_10.csv", "annuity_income_10.csv")
        .map(home::resolve)
        .map(file -> Delivery.of(file, null, false, false, Delivery.Progress.NONE))
        .map(runtime::ingest)
        .toList();
  }

  private static void assertLoaded(List<FileResult> results) {
    assertThat(results).allMatch(result -> result.status() == FileResult.Status.LOADED);
    assertThat(results).extracting(FileResult::rowsQuarantined).containsExactly(2L, 0L);
    assertThat(superuser.queryForList("select \"年金计划号\" from mapping.\"年金计划\"", String.class))
        .containsExactlyInAnyOrder("P1", "GONE", "KEPT", "NEW");
  }

  /** The status of every table, with its errors when it failed. */
  private static List<String> sync(RefkeeperRuntime runtime, String... tables) {
    SyncReport report = runtime.sync(SyncRequest.manual(List.of(tables), false, false));
    return report.tables().stream()
        .map(table -> table.status().equals("ok") ? "ok" : table.status() + table.errors())
        .toList();
  }

  /** The reference table of a grant; for a grant on another table any one will do. */
  private static String concernedBy(String grant) {
    return TABLES.stream().filter(grant::contains).findFirst().orElse(TABLES.get(0));
  }

  private static void account(String name, String roles) {
    superuser.execute("create role %s login in role %s".formatted(name, roles));
    superuser.execute("alter role %s set search_path = pg_catalog, pg_temp".formatted(name));
    if (roles.equals("refkeeper_owner")) { // what it makes belongs to the role, not to the account
      superuser.execute("alter role %s set role = %s".formatted(name, roles));
    }
  }

  private static HikariDataSource pool(String user) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.getJdbcUrl());
    config.setUsername(user);
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  /** The shipped domains, with files instead of the legacy MySQL as sources. */
  private static void writeConfiguration() throws IOException {
    Path config = Files.createDirectories(home.resolve("config"));
    Path data = Files.createDirectories(home.resolve("reference-data"));
    Files.copy(Path.of("config", "data_sources.yml"), config.resolve("data_sources.yml"));
    Files.copy(Path.of("reference-data", "branch_codes.yml"), data.resolve("branch_codes.yml"));
    Files.writeString(config.resolve("reference_management.yml"), MANAGEMENT);
    StringBuilder sources = new StringBuilder("reference_tables:\n");
    source(sources, data, "年金计划", "年金计划号", "计划全称", "P1");
    source(sources, data, "组合计划", "组合代码", "组合名称", "F1");
    source(sources, data, "产品线", "产品线代码", "产品线", "PL201");
    source(sources, data, "组织架构", "机构代码", "机构", "G00");
    Files.writeString(config.resolve("reference_sources.yml"), sources);
    Files.writeString(home.resolve("annuity_performance_10.csv"), PERFORMANCE);
    Files.writeString(home.resolve("annuity_income_10.csv"), INCOME);
  }

  private static void source(
      StringBuilder sources, Path data, String table, String key, String name, String code)
      throws IOException {
    sources.append(
        """
          %1$s:
            target_schema: mapping
            source_type: config_file
            source_config: {file_path: reference-data/%1$s.csv, format: csv, key_column: %2$s}
            sync_strategy: full_replace
            schedule: manual
            max_shrink: 1.0
        """
            .formatted(table, key));
    Files.writeString(
        data.resolve(table + ".csv"),
        "%s,%s\n%s,new name\nADDED,added\n".formatted(key, name, code));
  }
}
