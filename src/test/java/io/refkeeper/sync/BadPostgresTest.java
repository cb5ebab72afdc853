package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.problem.Problem;
import io.refkeeper.testing.ClosedPort;
import io.refkeeper.testing.FaultProxy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PostgreSQL sources: what their values become, and what is wrong with bad ones. */
class BadPostgresTest {

  @AutoClose private static final ClosedPort CLOSED = new ClosedPort();

  private static SyncFixture fixture;
  private static PostgresTables other;
  private static FaultProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    other = new PostgresTables();
    fixture =
        new SyncFixture(
            "create table org (code varchar(9) primary key, name text" + SyncFixture.TRACKING + ")",
            "create table plan (code varchar(9) primary key, name varchar(5), changed timestamptz, org varchar(9) references org"
                + SyncFixture.TRACKING
                + ")",
            "create table every (id uuid primary key, b boolean, y bytea, n numeric, f float8, d date, ts timestamp, z timestamptz, i interval, j jsonb, a int[], c char(4)"
                + SyncFixture.TRACKING
                + ")");
    other.execute(
        "create table large (code text, name text)",
        "insert into large select i, repeat('x', 300) from generate_series(1, 20000) i");
    proxy = new FaultProxy("localhost", other.port(), FaultProxy.Protocol.OTHER);
    fixture.connections.put("other", other.connection());
    fixture.connections.put("proxied", other.connection("proxied", proxy.port(), "postgres"));
    fixture.connections.put("stranger", other.connection("stranger", other.port(), "stranger"));
    fixture.connections.put("down", other.connection("down", CLOSED.number(), "postgres"));
    fixture.table("org", SyncStrategy.MERGE).postgres("other").add();
    fixture.table("every", SyncStrategy.FULL_REPLACE).key("id").postgres("other").add();
    fixture
        .table("plan", SyncStrategy.MERGE)
        .postgres("other")
        .incremental("changed")
        .where("code is distinct from 'X'")
        .add();
    fixture.start();
  }

  @AfterAll
  static void close() throws IOException {
    fixture.close();
    other.close();
    proxy.close();
  }

  @BeforeEach
  void asBefore() {
    fixture.sql.execute(
        "truncate plan, org, refkeeper.sync_table_run, refkeeper.source_key, refkeeper.outbox");
    other.execute(
        "drop table if exists plan, org, every",
        "create table plan (code text, name text, changed timestamptz, org text)",
        "create table org (code text, name text)",
        "insert into org values ('O', 'Org')");
  }

  @Test
  void preferredIsPlainWhereTheServerCannotEncrypt() throws Exception {
    SourceConnection plain = other.connection();
    SourceConnection preferred =
        new SourceConnection(
            "preferred",
            plain.type(),
            plain.host(),
            plain.port(),
            plain.database(),
            plain.user(),
            plain.password(),
            SourceConnection.Tls.PREFERRED);
    try (Connection connection =
        PostgresConnections.open(
            preferred, SyncSettings.of(fixture.properties), ZoneId.of("UTC"))) {
      assertThat(connection.isReadOnly()).isTrue();
    }
  }

  @Test
  void valuesOfEveryTypeArriveAsTheyAre() {
    String columns =
        "(id uuid primary key, b boolean, y bytea, n numeric, f float8, d date, ts timestamp, z timestamptz, i interval, j jsonb, a int[], c char(4))";
    String values =
        "(gen_random_uuid(), true, '\\x00ff', 12345678901234567890.123456789, 0.1::float8 + 0.2, '2025-10-31', '2025-10-31 23:59:59.999999', '2025-10-31 23:59:59.5+00', '1 year 2 days', '{\"a\": [1, null]}', '{1,null,3}', 'ab')";
    other.execute(
        "create table every " + columns,
        "insert into every values " + values,
        "insert into every (id) values (gen_random_uuid())");

    assertThat(fixture.one("every").errors()).isEmpty();

    String sum =
        "select coalesce(to_jsonb(t) - array['_source', '_needs_review', '_derived_from_domain', '_derived_at'], '{}')::text from every t order by id";
    assertThat(fixture.rows(sum)).hasSize(2).containsExactlyElementsOf(other.rows(sum));
    assertThat(fixture.one("every").status()).isEqualTo("unchanged");
  }

  @Test
  void aWatermarkFollowsTheInstantAndOverlapsByTenMinutes() {
    other.execute(
        "insert into plan values ('A', 'a', '2025-10-26 02:50:00+02', null), ('B', 'b', '2025-10-26 02:10:00+01', null), ('X', 'x', '2030-01-01', null)");
    assertThat(fixture.one("plan").fetched()).as("where leaves X out").isEqualTo(2);
    assertThat(fixture.rows("select watermark from refkeeper.sync_table_run"))
        .containsExactly("2025-10-26 01:10:00.000000+00:00");
    assertThat(
            fixture.rows(
                "select to_char(changed at time zone 'UTC', 'HH24:MI') from plan order by code"))
        .containsExactly("00:50", "01:10");
    other.execute(
        "insert into plan values ('C', 'c', '2025-10-26 01:00:00+00', null), ('D', 'd', '2025-10-26 00:59:59+00', null)");

    assertThat(fixture.one("plan").inserted()).as("C").isEqualTo(1);
    assertThat(fixture.rows("select code from plan order by 1")).containsExactly("A", "B", "C");
    assertThat(fixture.rows("select watermark from refkeeper.sync_table_run order by id"))
        .containsOnly("2025-10-26 01:10:00.000000+00:00");
  }

  @Test
  void badRowsAreNamed() {
    other.execute(
        "insert into plan values ('A', 'too long', null, null), (null, 'n', null, null), (' ', 'b', null, null), ('D', 'd', null, null), ('D', 'd', null, null), ('much too long', 'l', null, null), ('P', 'p', null, 'NOPE')");

    assertThat(fixture.sync("org", "plan").tables().get(1).errors())
        .extracting(Problem::message)
        .containsExactly(
            "1 row: the value does not fit column name character varying(5) (row 1: key A has 'too long')",
            "1 row: the key column code is NULL (row 2: NULL)",
            "1 row: the key column code is blank (row 3: blank)",
            "2 rows: the key occurs more than once (row 4: key D; row 5: key D)",
            "1 row: the value does not fit column code character varying(9) (row 6: key much too long has 'much too long')",
            "1 row: the parent that org names does not exist (row 7: key P has 'NOPE')");
    assertThat(fixture.rows("select code from plan")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "drop table plan|other|source_table_missing|The PostgreSQL source has no table public.plan, or user postgres may not read it",
        "alter table plan rename code to key|other|key_column_missing|The source has no key column code; it has key, name, changed, org",
        "alter table plan drop changed|other|unknown_source_column|The source has no column changed, which incremental_column names",
        "select 1|down|source_unreachable|The PostgreSQL source cannot be reached: Connection to localhost:%port% refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.",
        "select 1|stranger|source_access_denied|The PostgreSQL source refused the user: FATAL: role \"stranger\" does not exist",
        "alter table plan alter code type int using 1|other|source_failed|The PostgreSQL source failed (22P02): ERROR: invalid input syntax for type integer: \"X\" Position: 213",
      })
  void whatIsWrongWithTheSourceIsNamed(
      String change, String connection, String code, String message) throws Exception {
    other.execute(change);
    SourceConnection before = fixture.connections.get(connection);
    try (SyncFixture second = fixture.again()) {
      second
          .table("plan", SyncStrategy.MERGE)
          .postgres(connection)
          .incremental("changed")
          .where("code is distinct from 'X'")
          .add();
      second.start();
      TableReport report = second.one("plan");
      assertThat(report.status()).isEqualTo("failed");
      assertThat(report.errors())
          .extracting(Problem::code, Problem::message)
          .containsExactly(tuple(code, message.replace("%port%", String.valueOf(before.port()))));
      assertThat(report.errors().toString())
          .doesNotContain("secret")
          .contains("nothing was written");
    }
  }

  @Test
  void aServerLostInTheMiddleOfTheRowsChangesNothingAndIsNoFailureOfTheTarget() throws Exception {
    other.execute("insert into plan values ('A', 'a', null, null)");
    proxy.cutAfter(2_000_000);
    try (SyncFixture second = fixture.again()) {
      second.table("large", SyncStrategy.FULL_REPLACE).postgres("proxied").add();
      second.table("org", SyncStrategy.MERGE).postgres("other").add();
      second.sql.execute(
          "create table if not exists large (code text primary key, name text"
              + SyncFixture.TRACKING
              + ")");
      second.start();

      List<TableReport> tables = second.sync().tables();

      assertThat(tables.get(1).errors()).isEmpty();
      assertThat(tables).extracting(TableReport::status).containsExactly("failed", "ok");
      assertThat(tables.get(0).fetched()).isBetween(1L, 19_999L);
      assertThat(tables.get(0).errors())
          .extracting(Problem::code, Problem::message)
          .containsExactly(
              tuple(
                  "source_lost",
                  "The PostgreSQL source was lost after %d rows"
                      .formatted(tables.get(0).fetched())));
      assertThat(second.rows("select code from large")).isEmpty();
    }
  }

  @Test
  void allTablesOfARunAreReadAsTheyWereAtItsBeginning() throws Exception {
    try (Connection blocker = fixture.target.getConnection();
        Statement block = blocker.createStatement()) {
      blocker.setAutoCommit(false);
      block.execute("lock table refkeeper.sync_table_run in exclusive mode");
      CompletableFuture<SyncReport> run =
          CompletableFuture.supplyAsync(() -> fixture.sync("org", "plan"));
      Awaitility.await().until(() -> fixture.waitsFor("sync_table_run"));
      other.execute("insert into plan values ('A', 'a', null, null), ('B', 'b', null, null)");
      blocker.rollback();

      assertThat(run.get().tables().get(1).errors())
          .extracting(Problem::code)
          .containsExactly("source_empty");
    }
    assertThat(fixture.one("plan").inserted()).as("the next run sees them").isEqualTo(2);
    assertThat(other.sessions()).as("snapshots end with their run").isZero();
  }
}
