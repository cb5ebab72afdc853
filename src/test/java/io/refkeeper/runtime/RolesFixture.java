package io.refkeeper.runtime;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.Migration;
import io.refkeeper.problem.Finding;
import io.refkeeper.reference.PrivilegeCheck;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The shipped domains on a database whose roles are made as {@code docker/sql} says, with an
 * account for each.
 */
abstract class RolesFixture {

  static final String HISTORY = "refkeeper.flyway_schema_history";

  static final List<String> TABLES = List.of("年金计划", "组合计划", "产品线", "组织架构");

  private static final String MANAGEMENT =
      """
      strategy: hybrid
      backfill: {notification_channel: stewards}
      alerts: {per_table: {产品线: 1.0}}
      retention: {audit_days: 30}
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
        mapping."组织架构", refkeeper.load_run, refkeeper.sync_run, refkeeper.source_key, refkeeper.outbox,
        refkeeper.quality_snapshot, refkeeper.quality_alert, refkeeper.job_run,
        refkeeper.validation_run, refkeeper.degraded_period, refkeeper.missing_file
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
      insert into refkeeper.quality_snapshot
          (table_schema, table_name, authoritative, auto_derived, pending_review)
        values ('mapping', '产品线', 2, 0, 0), ('mapping', '组合计划', 1, 1, 1);
      insert into refkeeper.quality_alert (alert, table_schema, table_name, threshold, value)
        values ('auto_derived_ratio', 'mapping', '产品线', 0.1, 0.2);
      """;

  @TempDir static Path home;

  static HikariDataSource database;

  static JdbcTemplate superuser;

  static Setup setup;

  @BeforeAll
  static void createRolesAsTheReadmeSays() throws Exception {
    writeConfiguration();
    database = TestPostgres.newDatabase();
    superuser = new JdbcTemplate(database);
    superuser.execute(Files.readString(Path.of("src/main/resources/demo/users_tables.sql")));
    superuser.execute("alter table business.\"规模明细\" add check (\"供款\" >= 0)");
    superuser.execute(Files.readString(Path.of("docker/sql/roles.sql")));
    for (String role :
        List.of("owner", "loader", "sync", "relay", "governance", "auditor", "monitoring")) {
      account("test_" + role, "refkeeper_" + role);
    }
    account(
        "test_service", "refkeeper_loader, refkeeper_sync, refkeeper_relay, refkeeper_governance");
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

  static List<String> privileges(String account) {
    try (HikariDataSource pool = pool(account)) {
      return new PrivilegeCheck(pool)
          .check(setup.loaded().configuration()).stream().map(Finding::toString).toList();
    }
  }

  static String noteFor(String account) {
    return "note: session_replication_role: The account %1$s may not set it: PostgreSQL checks the"
            .formatted(account)
        + " foreign keys of a load row by row, which takes longer - to allow it, a superuser runs:"
        + " grant set on parameter session_replication_role to \"%s\"".formatted(account);
  }

  /** Every privilege of a role on a table, a column or a function, as GRANT names it. */
  static List<String> grants(String role) {
    return superuser.queryForList(
        """
        select lower(a.privilege_type) || ' on ' || c.oid::regclass
        from pg_class c, aclexplode(c.relacl) a where a.grantee = ?::regrole
        union all
        select format('%s (%I) on %s', lower(a.privilege_type), t.attname, t.attrelid::regclass)
        from pg_attribute t, aclexplode(t.attacl) a where a.grantee = ?::regrole
        union all
        select lower(a.privilege_type) || ' on function ' || p.oid::regprocedure
        from pg_proc p, aclexplode(p.proacl) a where a.grantee = ?::regrole
        order by 1
        """,
        String.class, role, role, role);
  }

  static HikariDataSource pool(String user) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.getJdbcUrl());
    config.setUsername(user);
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  private static void account(String name, String roles) {
    if (!exists(name)) { // roles are those of all databases of the server
      superuser.execute("create role %s login in role %s".formatted(name, roles));
    }
    superuser.execute("alter role %s set search_path = pg_catalog, pg_temp".formatted(name));
    if (roles.equals("refkeeper_owner")) { // what it makes belongs to the role, not to the account
      superuser.execute("alter role %s set role = %s".formatted(name, roles));
    }
  }

  private static boolean exists(String role) {
    return superuser.queryForObject(
        "select exists (select 1 from pg_roles where rolname = ?)", Boolean.class, role);
  }

  /** The shipped domains, with files instead of the legacy MySQL as sources. */
  private static void writeConfiguration() throws IOException {
    Path config = Files.createDirectories(home.resolve("config"));
    Path data = Files.createDirectories(home.resolve("reference-data"));
    Files.writeString( // whatever the day is, a file is overdue
        config.resolve("data_sources.yml"),
        Files.readString(Path.of("config", "data_sources.yml")).replace("8th 09:00", "1st 00:00"));
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
