package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.problem.Problem;
import io.refkeeper.testing.ClosedPort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong at a legacy source is named, and the table stays as it was. */
class BadSourceTest {

  private SyncFixture fixture;

  @BeforeEach
  void tables() throws Exception {
    fixture =
        new SyncFixture(
            "create table org (code varchar(5) primary key, name text" + SyncFixture.TRACKING + ")",
            "create table plan (code varchar(5) primary key, name varchar(5), since date, members int, org varchar(5) references org"
                + SyncFixture.TRACKING
                + ")",
            "insert into plan (code, name) values ('OLD', 'old')");
    fixture.legacy(
        "set sql_mode = ''",
        "create table plan (code varchar(20), name varchar(50), since date, members varchar(20), org varchar(20))",
        "create table org (code varchar(20), name varchar(50))",
        "insert into org values ('O', 'Org')");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private TableReport failed() {
    TableReport report = fixture.one("plan");
    assertThat(report.status()).isEqualTo("failed");
    assertThat(report.inserted() + report.updated() + report.deleted()).isZero();
    assertUntouched();
    assertThat(fixture.told()).containsExactly("public.plan failed");
    assertThat(
            fixture.rows(
                "select status || ' ' || jsonb_array_length(errors) from refkeeper.sync_table_run"))
        .containsExactly("failed " + report.errors().size());
    return report;
  }

  private void assertUntouched() {
    assertThat(fixture.rows("select code || ':' || name from plan")).containsExactly("OLD:old");
    assertThat(fixture.rows("select key[1] from refkeeper.source_key")).isEmpty();
  }

  private SyncFixture merge() {
    return fixture.table("plan", SyncStrategy.MERGE).add();
  }

  private static List<String> texts(TableReport report) {
    return report.errors().stream().map(Problem::toString).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyBadRowIsNamedByKeyColumnAndValue(boolean asOnPostgres15) throws Exception {
    fixture.legacy(
        "insert into plan values ('A', 'much too long', null, '7', null), (null, 'x', null, null, null),"
            + " ('  ', 'y', null, null, null), ('B', 'b1', null, null, null), ('B', 'b2', null, null, null),"
            + " ('C', 'c', null, 'seven', null), ('D', 'd', null, '8', 'NOPE'), ('E', 'e', null, '9', null)");
    merge()
        .start(
            beans -> beans.put("syncValidation", new Validation(fixture.target, asOnPostgres15)));

    String remedy = " - Correct the source, or set on_bad_row: skip; nothing was written";
    assertThat(texts(failed()))
        .containsExactly(
            "public.plan: 1 row: the value does not fit column name character varying(5) (row 1: key A has 'much too long')"
                + remedy,
            "public.plan: 1 row: the key column code is NULL (row 2: NULL)" + remedy,
            "public.plan: 1 row: the key column code is blank (row 3: blank)" + remedy,
            "public.plan: 2 rows: the key occurs more than once (row 4: key B; row 5: key B)"
                + remedy,
            "public.plan: 1 row: the value does not fit column members integer (row 6: key C has 'seven')"
                + remedy,
            "public.plan: 1 row: the parent that org names does not exist (row 7: key D has 'NOPE')"
                + remedy);
  }

  /** A cast would cut them off without a word; those that fit, all the same, stay good. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void valuesThatACastWouldCutAreNamed(boolean asOnPostgres15) throws Exception {
    fixture.sql.execute(
        "create domain short as varchar(2);"
            + " alter table plan add fixed char(2), add bits bit(2), add list varchar(2)[], add shorter short");
    fixture.legacy(
        "alter table plan add fixed text, add bits text, add list text, add shorter text",
        "insert into plan (code, name, fixed, bits, list, shorter) values"
            + " ('GOOD', 'five5  ', 'AB  ', '10', '{AB}', 'AB'), ('FIXED', null, 'ABC', null, null, null),"
            + " ('BITS', null, null, '101', null, null), ('LIST', null, null, null, '{AB,ABC}', null),"
            + " ('SHORT', null, null, null, null, 'ABC')");
    merge()
        .start(
            beans -> beans.put("syncValidation", new Validation(fixture.target, asOnPostgres15)));

    assertThat(texts(failed()))
        .extracting(text -> text.replaceAll(".*column (.*\\)) - .*", "$1"))
        .containsExactly(
            "fixed character(2) (row 2: key FIXED has 'ABC')",
            "bits bit(2) (row 3: key BITS has '101')",
            "list character varying(2)[] (row 4: key LIST has '{AB,ABC}')",
            "shorter short (row 5: key SHORT has 'ABC')");
  }

  @Test
  void badRowsAreLeftOutIfAskedAndNeverCountAsGone() throws Exception {
    fixture.legacy(
        "insert into plan values ('A', 'a', null, '1', null), ('B', 'b', null, '2', null), ('C', 'c', null, null, null)");
    fixture.table("plan", SyncStrategy.FULL_REPLACE).skipBadRows().add().start();
    assertThat(fixture.one("plan").inserted()).isEqualTo(3);
    fixture.legacy(
        "update plan set members = 'two' where code = 'B'", "delete from plan where code = 'C'");

    TableReport report = fixture.one("plan");

    assertThat(report.status()).isEqualTo("ok");
    assertThat(report.deleted()).as("C").isEqualTo(1);
    assertThat(report.unchanged()).as("A").isEqualTo(1);
    assertThat(texts(report))
        .containsExactly(
            "public.plan: 1 row: the value does not fit column members integer (row 2: key B has 'two')"
                + " - Correct the source; these rows were left out");
    assertThat(fixture.rows("select code from plan order by 1")).containsExactly("A", "B", "OLD");
    assertThat(fixture.rows("select skipped_rows::text from refkeeper.sync_table_run order by id"))
        .containsExactly("0", "1");

    fixture.legacy(
        "delete from plan where code = 'A'",
        "insert into plan values (null, 'who', null, null, null)");
    assertThat(fixture.one("plan").deleted()).as("an unreadable key may be any key").isZero();
  }

  @Test
  void zeroDatesBecomeNullAndAreCounted() throws Exception {
    fixture.legacy(
        "set sql_mode = ''",
        "insert into plan values ('A', 'a', '0000-00-00', null, null), ('B', 'b', '2025-10-00', null, null), ('C', 'c', '2025-10-31', null, null)");
    merge().start();

    assertThat(fixture.one("plan").inserted()).isEqualTo(3);
    assertThat(
            fixture.rows(
                "select code || coalesce(since::text, ' NULL') from plan where code <> 'OLD' order by 1"))
        .containsExactly("A NULL", "B NULL", "C2025-10-31");
    assertThat(fixture.rows("select zero_dates::text from refkeeper.sync_table_run"))
        .containsExactly("2");
  }

  @Test
  void anEmptySourceIsAMistake() throws Exception {
    merge().start();
    assertThat(texts(failed()))
        .containsExactly(
            "public.plan: The source has no rows; an empty source is taken for a mistake, never for a reason to empty a table"
                + " - Look at the source, and at source_config; nothing was written");
  }

  @Test
  void aMissingTableIsNamed() throws Exception {
    fixture.legacy("drop table plan");
    merge().start();
    assertThat(failed().errors())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.code()).isEqualTo("source_table_missing");
              assertThat(p.message())
                  .isEqualTo(
                      "The legacy server has no table %s.plan, or user reader may not read it"
                          .formatted(fixture.legacy.database()));
            });
  }

  @Test
  void aMissingKeyColumnAndAnUnknownColumnAreNamed() throws Exception {
    fixture
        .table("plan", SyncStrategy.MERGE)
        .columns(Map.of("title", "name", "code", "code"))
        .add()
        .start();
    assertThat(failed().errors())
        .extracting(Problem::code, Problem::message)
        .containsExactly(
            tuple(
                "unknown_source_column",
                "The source has no column title; it has code, name, since, members, org"));
    fixture.legacy("alter table plan change code key_code varchar(20)");
    assertThat(fixture.one("plan").errors())
        .extracting(Problem::code)
        .contains("key_column_missing");
  }

  @Test
  void aServerThatIsDownFailsItsTablesAndNoOthers() throws Exception {
    try (ClosedPort closed = new ClosedPort()) {
      fixture.connections.put(
          "down",
          new SourceConnection(
              "down",
              "mysql",
              "127.0.0.1",
              closed.number(),
              "x",
              "u",
              "secret",
              SourceConnection.Tls.DISABLED));
      fixture.table("plan", SyncStrategy.MERGE).connection("down").add();
      fixture.table("org", SyncStrategy.MERGE).add().start();

      List<TableReport> tables = fixture.sync().tables();

      assertThat(tables)
          .extracting(TableReport::table)
          .containsExactly("public.org", "public.plan");
      assertThat(tables.get(0).status()).isEqualTo("ok");
      assertThat(texts(tables.get(1)))
          .containsExactly(
              "public.plan from down (mysql at 127.0.0.1:%d/x): The legacy server cannot be reached"
                      .formatted(closed.number())
                  + " - Check host, port, network and TLS of the connection, and that the server runs; nothing was written");
      assertUntouched2();
    }
  }

  private void assertUntouched2() {
    assertThat(fixture.rows("select code from plan")).containsExactly("OLD");
  }

  @Test
  void aRefusedUserIsToldWithoutThePassword() throws Exception {
    SourceConnection it = fixture.legacy;
    fixture.connections.put(
        "hub",
        new SourceConnection(
            "hub", "mysql", it.host(), it.port(), it.database(), "nobody", "secret", it.tls()));
    merge().start();
    assertThat(failed().errors())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.code()).isEqualTo("source_access_denied");
              assertThat(p.toString()).doesNotContain("secret").contains("nobody");
            });
  }

  @Test
  void aDependentOfAFailedTableIsSkippedAndSaysSo() throws Exception {
    fixture.legacy("delete from org", "insert into plan values ('A', 'a', null, '1', null)");
    merge();
    fixture.table("org", SyncStrategy.MERGE).add().start();

    List<TableReport> tables = fixture.sync().tables();

    assertThat(tables).extracting(TableReport::status).containsExactly("failed", "skipped");
    assertThat(texts(tables.get(1)))
        .containsExactly(
            "public.plan: Skipped: it depends on org, which did not get through - Put that right first; the table is as it was");
    assertUntouched();
    assertThat(
            fixture.rows(
                "select table_name || ' ' || status from refkeeper.sync_table_run order by id"))
        .containsExactly("org failed", "plan skipped");
    assertThat(fixture.told()).containsExactly("public.org failed, public.plan skipped");
  }

  @Test
  void underAbortTheRestOfTheRunIsSkipped() throws Exception {
    fixture.sql.execute("alter table plan drop column org");
    fixture.legacy("delete from org", "insert into plan values ('A', 'a', null, '1', null)");
    fixture.continueOnFailure = false;
    fixture.table("org", SyncStrategy.MERGE).add();
    merge().start();

    List<TableReport> tables = fixture.sync().tables();

    assertThat(tables).extracting(TableReport::status).containsExactly("failed", "skipped");
    assertThat(tables.get(1).errors()).extracting(Problem::code).containsExactly("run_aborted");
    assertUntouched();
  }

  @Test
  void aSourceThatLostTooMuchIsHeldUntilReleased() throws Exception {
    fixture.legacy("insert into plan (code) values ('A'), ('B'), ('C'), ('D')");
    fixture.table("plan", SyncStrategy.FULL_REPLACE).maxShrink(0.2).add().start();
    fixture.one("plan");
    fixture.legacy("delete from plan where code in ('A', 'B')");

    TableReport held = fixture.one("plan");

    assertThat(held.status()).isEqualTo("held");
    assertThat(texts(held))
        .containsExactly(
            "public.plan: The source no longer has 2 of the 4 keys it delivered (50%); max_shrink allows 20%"
                + " - Look at the source; if this is right, run: refkeeper sync plan --force; nothing was written");
    assertThat(fixture.told()).containsExactly("public.plan held");
    assertThat(fixture.rows("select code from plan")).hasSize(5);

    TableReport released =
        fixture.run(SyncRequest.manual(List.of("plan"), false, true)).tables().get(0);
    assertThat(released.deleted()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(SyncStrategy.class)
  void whatIsGoneCountsOnceTowardsMaxShrink(SyncStrategy strategy) throws Exception {
    fixture.legacy("insert into plan (code) values ('A'), ('B'), ('C'), ('D')");
    fixture.sql.execute("create table fact (plan text references plan)");
    fixture.table("plan", strategy).maxShrink(0.4).add().start();
    fixture.one("plan");
    fixture.sql.execute("insert into fact values ('A'), ('B')");
    fixture.legacy("delete from plan where code in ('A', 'B')");
    assertThat(fixture.one("plan").status()).isEqualTo("held");
    fixture.run(SyncRequest.manual(List.of("plan"), false, true));

    assertThat(fixture.one("plan").status()).as("released yesterday").isEqualTo("unchanged");

    fixture.legacy("delete from plan where code = 'C'");
    assertThat(texts(fixture.one("plan")).get(0))
        .startsWith("public.plan: The source no longer has 1 of the 2 keys it delivered (50%)");
  }

  @Test
  void aTableThatIsNotConfiguredIsRefusedBeforeAnythingRuns() throws Exception {
    merge().start();
    assertThat(catchThrowable(() -> fixture.sync("plans")))
        .hasRootCauseMessage(
            fixture.folder
                + "/config/reference_sources.yml: plans is not a reference table with a source; configured are plan - Name one of these; nothing was synced");
  }

  @Test
  void aTableThatPeopleEnterByHandIsNeverSynced() throws Exception {
    fixture.table("org", SyncStrategy.MERGE).type(SourceType.MANUAL).add();
    merge().start();
    assertThat(catchThrowable(() -> fixture.sync("org")))
        .hasRootCauseMessage(
            fixture.folder
                + "/config/reference_sources.yml: org is not a reference table with a source; configured are plan - Name one of these; nothing was synced");
    assertThat(fixture.sync().tables())
        .extracting(TableReport::table)
        .containsExactly("public.plan");
  }

  @Test
  void aConditionAtTheSourceLeavesRowsOut() throws Exception {
    fixture.legacy("insert into plan (code, members) values ('A', '1'), ('B', '2')");
    fixture.table("plan", SyncStrategy.MERGE).where("members = '1' or code = 'A'").add().start();
    assertThat(fixture.one("plan").fetched()).isEqualTo(1);
  }

  @Test
  void aSourceTypeWithoutARouteIsRefused() throws Exception {
    fixture.routesLeftOut.add("preload-http-api");
    fixture.table("plan", SyncStrategy.MERGE).url("http://127.0.0.1/", Map.of()).add().start();

    assertThat(failed().errors())
        .containsExactly(
            new Problem(
                "source_type_unsupported",
                "No route fetches from source_type http_api",
                "public.plan",
                "Put preload-http-api.camel.yaml back into the routes folder; nothing was written"));
  }
}
