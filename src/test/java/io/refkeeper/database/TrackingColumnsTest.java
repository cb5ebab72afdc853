package io.refkeeper.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.problem.Problem;
import io.refkeeper.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class TrackingColumnsTest {

  private static final HikariDataSource DATABASE = TestPostgres.newDatabase();
  private static final TableName PARENT = new TableName("public", "父");
  private static final Duration WAIT = Duration.ofSeconds(10);
  private final JdbcTemplate jdbc = new JdbcTemplate(DATABASE);
  private final TrackingColumns columns = new TrackingColumns(DATABASE);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @BeforeEach
  void createTable() {
    jdbc.execute("drop view if exists seen");
    jdbc.execute("drop table if exists \"父\"");
    jdbc.execute("create table \"父\" (code text primary key)");
    jdbc.execute("insert into \"父\" values ('A')");
  }

  @Test
  void makesExistingRowsAuthoritativeAndFindsNothingToDoTheSecondTime() {
    MigrationPlan done = columns.apply(List.of(PARENT), WAIT);
    assertThat(done.script())
        .isEqualTo(
            """
            -- public.父: add _source, _needs_review, _derived_from_domain, _derived_at
            alter table "public"."父"
              add column if not exists "_source" varchar(20) not null default 'authoritative',
              add column if not exists "_needs_review" boolean not null default false,
              add column if not exists "_derived_from_domain" varchar(50),
              add column if not exists "_derived_at" timestamptz;

            """);
    Map<String, Object> row = jdbc.queryForMap("select * from \"父\"");
    assertThat(row)
        .containsEntry("_source", "authoritative")
        .containsEntry("_needs_review", false)
        .containsEntry("_derived_from_domain", null)
        .containsEntry("_derived_at", null);
    assertThat(columns.apply(List.of(PARENT), WAIT).isEmpty()).isTrue();
    Table table = new Catalog(DATABASE).table(PARENT).orElseThrow();
    assertThat(TrackingColumns.missing(table)).isEmpty();
    assertThat(TrackingColumns.foreign(table)).isEmpty();
  }

  @Test
  void addsOnlyWhatIsMissingAndKeepsWhatIsThere() {
    jdbc.execute("alter table \"父\" add _source varchar(20) not null default 'auto_derived'");
    assertThat(columns.apply(List.of(PARENT), WAIT).steps().get(0).description())
        .isEqualTo("public.父: add _needs_review, _derived_from_domain, _derived_at");
    assertThat(jdbc.queryForObject("select _source from \"父\"", String.class))
        .isEqualTo("auto_derived");
  }

  @Test
  void planningChangesNothing() {
    assertThat(columns.plan(List.of(PARENT)).steps()).hasSize(1);
    assertThat(columns.plan(List.of(PARENT)).steps()).hasSize(1);
  }

  @Test
  void namesTablesThatAreNotThereAndViewsAndDoesTheOthers() {
    jdbc.execute("create view seen as select * from \"父\"");
    TableName nowhere = new TableName("public", "nowhere");
    MigrationPlan done =
        columns.apply(List.of(nowhere, new TableName("public", "seen"), PARENT), WAIT);
    assertThat(done.steps()).hasSize(1);
    assertThat(done.problems().stream().map(Problem::toString))
        .containsExactly(
            "public.nowhere: The reference table does not exist; it got no tracking columns - Create"
                + " it, or correct its name in the configuration, then migrate again",
            "public.seen: The reference table is a view or a foreign table; it got no tracking"
                + " columns - Name the table behind it in the configuration");
  }

  @Test
  void doesNotWaitForEverForABusyTable() throws SQLException {
    try (Connection other = DATABASE.getConnection()) {
      other.setAutoCommit(false);
      other.createStatement().execute("lock table \"父\" in access share mode");
      assertThatThrownBy(() -> columns.apply(List.of(PARENT), Duration.ofMillis(200)))
          .hasMessage(
              "public.父: add _source, _needs_review, _derived_from_domain, _derived_at: The table is"
                  + " in use; no lock within 200 ms - The tables before it are done; migrate again"
                  + " when the long transaction has ended");
      other.rollback();
    }
  }

  @Test
  void tellsARoleThatIsNotTheOwnerWhatToDo() {
    jdbc.execute("drop role if exists stranger");
    jdbc.execute("create role stranger");
    jdbc.execute("grant select on \"父\" to stranger");
    try (HikariDataSource asStranger = new HikariDataSource()) {
      asStranger.setJdbcUrl(DATABASE.getJdbcUrl());
      asStranger.setUsername("postgres");
      asStranger.setMaximumPoolSize(2);
      asStranger.setConnectionInitSql("set role stranger");
      assertThatThrownBy(() -> new TrackingColumns(asStranger).apply(List.of(PARENT), WAIT))
          .hasMessage(
              "public.父: add _source, _needs_review, _derived_from_domain, _derived_at: The database"
                  + " refused: ERROR: must be owner of table 父 - Let the owner run what \"refkeeper"
                  + " migrate --print\" prints");
    }
    jdbc.execute("drop owned by stranger");
    jdbc.execute("drop role stranger");
  }
}
