package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.VerifiedForeignKeys;
import io.refkeeper.testing.TestPostgres;
import io.refkeeper.testing.TestPostgres.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * {@code fk_check: auto} on the oldest and the newest supported PostgreSQL: each case is a table on
 * which skipping the database's own check would leave an orphan or a duplicate behind. The mutation
 * run of the fault harness takes the conditions away one by one; each turns its case red.
 */
class ForeignKeyCheckTest {

  /**
   * @param name of schema and domain
   * @param tables DDL in a schema of that name; {@code parent (code)} holds A, {@code fact} is
   *     loaded
   * @param keys YAML of the configured foreign keys; the short form of one on {@code k} when empty
   * @param lines of the file
   * @param reason why the database checks; null: refkeeper proves the keys
   * @param quarantined line and reason code of the rows that must not be loaded
   */
  private record Case(
      String name,
      String tables,
      String keys,
      List<String> lines,
      String reason,
      List<String> quarantined) {}

  private static final String ON_K = "{name: fk, source_column: k, target_key: code}";

  private static final String PARENT =
      "create table parent (code text primary key); insert into parent values ('A');\n";

  private static final List<Case> CASES =
      List.of(
          new Case(
              "covered",
              PARENT + "create table fact (k text references parent, n int);",
              ON_K,
              List.of("k,n", "A,1", "B,2", ",3"),
              null,
              List.of("3|unknown_key")),
          new Case(
              "uncovered",
              PARENT
                  + "create table other (code text primary key);"
                  + "create table fact (k text references parent, o text references other);",
              ON_K,
              List.of("k,o", "A,", "A,ghost"),
              "foreign key fact_o_fkey of uncovered.fact is not configured",
              List.of("3|foreign_key_constraint")),
          new Case(
              "user_trigger",
              PARENT
                  + """
                  create table fact (k text references parent, o text);
                  create function refuse() returns trigger language plpgsql as
                    $$ begin if new.o = 'ghost' then raise exception using errcode = '23503', message = 'no such o'; end if;
                       return new; end $$;
                  create trigger guard before insert on fact for each row execute function refuse();
                  """,
              ON_K,
              List.of("k,o", "A,x", "A,ghost"),
              "user_trigger.fact has the trigger guard on INSERT",
              List.of("3|foreign_key_constraint")),
          new Case(
              "late_unique",
              PARENT
                  + "create table fact (k text references parent, u int constraint once unique deferrable initially deferred);",
              ON_K,
              List.of("k,u", "A,1", "A,1"),
              "constraint once of late_unique.fact is checked by a trigger (DEFERRABLE, or a"
                  + " constraint trigger)",
              List.of("3|unique_constraint")),
          new Case(
              "replica_trigger",
              PARENT
                  + """
                  create table fact (k text references parent);
                  create function ghost() returns trigger language plpgsql as
                    $$ begin new.k := 'ghost'; return new; end $$;
                  create trigger haunt before insert on fact for each row execute function ghost();
                  alter table fact enable replica trigger haunt;
                  """,
              ON_K,
              List.of("k", "A"),
              "trigger haunt of replica_trigger.fact is ENABLE REPLICA or ALWAYS",
              List.of()),
          new Case(
              "composite",
              """
              create table parent (a text, b int, primary key (a, b)); insert into parent values ('A', 1);
              create table fact (k text, b int, foreign key (b, k) references parent (b, a));
              """,
              "{name: fk, source_column: [k, b], target_key: [a, b]}",
              List.of("k,b", "A,1", "A,2", "nobody,", ",9", "A,01"),
              null,
              List.of("3|unknown_key")),
          new Case(
              "swapped",
              """
              create table parent (a text, b text, primary key (a, b)); insert into parent values ('A', 'B');
              create table fact (k text, b text, foreign key (b, k) references parent (a, b));
              """,
              "{name: fk, source_column: [k, b], target_key: [a, b]}",
              List.of("k,b", "A,B"),
              "foreign key fact_b_k_fkey of swapped.fact is not configured",
              List.of("2|foreign_key_constraint")),
          new Case(
              "match_full",
              """
              create table parent (a text, b int, primary key (a, b)); insert into parent values ('A', 1);
              create table fact (k text, b int, foreign key (k, b) references parent match full);
              """,
              "{name: fk, source_column: [k, b], target_key: [a, b]}",
              List.of("k,b", "A,1", "ghost,"),
              "foreign key fact_k_b_fkey of match_full.fact is MATCH FULL",
              List.of("3|foreign_key_constraint")),
          new Case(
              "collated",
              """
              create collation any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
              create table parent (code text collate any_case primary key); insert into parent values ('A');
              create table fact (k text collate any_case references parent);
              """,
              ON_K,
              List.of("k", "a", "A", "ä"),
              null,
              List.of("4|unknown_key")),
          new Case(
              "typmod",
              """
              create table parent (code numeric primary key); insert into parent values (10.4), (12);
              create table fact (k numeric(6,0) references parent);
              """,
              ON_K,
              List.of("k", "10.4", "12"),
              null,
              List.of("2|unknown_key")),
          new Case(
              "day",
              """
              create table parent (code timestamp primary key); insert into parent values ('2025-10-01 08:00');
              create table fact (k date references parent);
              """,
              ON_K,
              List.of("k", "2025-10-01"),
              "foreign key fact_k_fkey of day.fact: k is date, code of day.parent is timestamp"
                  + " without time zone",
              List.of("2|unknown_key")),
          new Case(
              "padding",
              """
              create table parent (code text primary key); insert into parent values ('A'), ('B  ');
              create table fact (k char(3) references parent);
              """,
              ON_K,
              List.of("k", "A", "B"),
              "foreign key fact_k_fkey of padding.fact: k is character(3), code of padding.parent is"
                  + " text",
              List.of("3|unknown_key")),
          new Case(
              "by_default",
              PARENT
                  + """
                  create table other (code text primary key);
                  create table fact (k text references parent, o text default 'ghost' references other);
                  """,
              ON_K,
              List.of("k", "A"),
              "foreign key fact_o_fkey of by_default.fact is not configured",
              List.of("2|foreign_key_constraint")),
          new Case(
              "generated",
              PARENT
                  + """
                  create table other (code text primary key); insert into other values ('Ax');
                  create table fact (k text references parent, g text generated always as (k || 'x') stored references other);
                  insert into parent values ('B');
                  """,
              ON_K,
              List.of("k", "A", "B"),
              "foreign key fact_g_fkey of generated.fact is not configured",
              List.of("3|foreign_key_constraint")),
          new Case(
              "inherited",
              PARENT
                  + """
                  create table child () inherits (parent); insert into child values ('C');
                  create table fact (k text references parent);
                  """,
              ON_K,
              List.of("k", "A", "C"),
              null,
              List.of("3|unknown_key")),
          new Case(
              "partitioned",
              """
              create table parent (code text primary key) partition by list (code);
              create table parent_a partition of parent for values in ('A');
              insert into parent values ('A');
              create table other (code text primary key);
              create table fact (k text references parent, o text) partition by list (o);
              create table fact_x partition of fact for values in ('x');
              create table fact_y partition of fact for values in ('y');
              """,
              ON_K,
              List.of("k,o", "A,x", "B,x", "A,y"),
              null,
              List.of("3|unknown_key")),
          new Case(
              "own_partition",
              PARENT
                  + """
                  create table other (code text primary key);
                  create table fact (k text references parent, o text) partition by list (o);
                  create table fact_x partition of fact for values in ('x');
                  create table fact_y partition of fact for values in ('ghost');
                  alter table fact_y add foreign key (o) references other;
                  """,
              ON_K,
              List.of("k,o", "A,x", "A,ghost"),
              "foreign key fact_y_o_fkey of own_partition.fact_y is not configured",
              List.of("3|foreign_key_constraint")),
          new Case(
              "self_reference",
              PARENT
                  + "create table fact (id text primary key, k text references parent, up text references fact);",
              ON_K,
              List.of("id,k,up", "1,A,", "2,A,1", "3,A,ghost"),
              "foreign key fact_up_fkey of self_reference.fact points to the fact table itself",
              List.of("4|foreign_key_constraint")),
          new Case( // loaded by a test of its own
              "attached",
              PARENT
                  + """
                  create table fact (k text references parent, o text) partition by list (o);
                  create table fact_x partition of fact for values in ('x');
                  """,
              ON_K,
              List.of(),
              null,
              List.of()),
          new Case(
              "by_choice",
              PARENT + "create table fact (k text references parent);",
              ON_K,
              List.of("k", "A", "B"),
              "configured so (fk_check: database)",
              List.of("3|unknown_key")));

  @TempDir static Path home;

  private static final Map<Server, IngestFixture> FIXTURES = new EnumMap<>(Server.class);

  @BeforeAll
  static void start() throws Exception {
    for (Server server : Server.values()) {
      HikariDataSource database = TestPostgres.newDatabase(server);
      String tables =
          CASES.stream()
              .map(
                  c ->
                      "create schema %1$s; set search_path = %1$s;\n%2$s;\n"
                          .formatted(c.name, c.tables))
              .collect(Collectors.joining("", "", "reset search_path"));
      String domains =
          CASES.stream().map(ForeignKeyCheckTest::domain).collect(Collectors.joining());
      FIXTURES.put(
          server,
          IngestFixture.on(database, home.resolve(server.name()), tables, "domains:\n" + domains));
    }
  }

  private static String domain(Case c) {
    String keys =
        c.keys.replace(
            "target_key",
            "on_unknown: quarantine, target_schema: %s, target_table: parent, target_key"
                .formatted(c.name));
    return """
          %1$s:
            files: ["%1$s.csv"]
            target_schema: %1$s
            target_table: fact
            load_mode: append
            fk_check: %2$s
            limits: {max_unknown_ratio: 1, max_quarantined_ratio: 1}
            foreign_keys: [%3$s]
        """
        .formatted(c.name, c.name.equals("by_choice") ? "database" : "auto", keys);
  }

  @AfterAll
  static void stop() {
    FIXTURES.values().forEach(IngestFixture::close);
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void aPartitionAttachedDuringTheLoadIsCheckedByTheDatabase(Server server) throws Exception {
    IngestFixture fixture = FIXTURES.get(server);
    fixture.jdbc.execute(
        """
        insert into attached.parent values ('B');
        create table attached.other (code text primary key);
        create table attached.fact_y (k text, o text references attached.other);
        """);
    String[] lines =
        Stream.concat(
                Stream.of("k,o"),
                IntStream.range(0, 15).mapToObj(i -> i < 12 ? "A,x" : i < 14 ? "B,x" : "B,ghost"))
            .toArray(String[]::new);
    try (Connection other = fixture.database.getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // holds up the second chunk, which names B for the first time
      statement.execute("select 1 from attached.parent where code = 'B' for update");
      CompletableFuture<FileResult> load =
          CompletableFuture.supplyAsync(() -> fixture.ingest("attached.csv", lines));
      await().until(() -> waitsForLock(fixture));
      fixture.jdbc.execute(
          "alter table attached.fact attach partition attached.fact_y for values in ('ghost')");
      other.rollback();
      LoadResult result = load.get(30, TimeUnit.SECONDS).loads().get(0);
      assertThat(result.fkCheckReason())
          .isEqualTo("foreign key fact_y_o_fkey of attached.fact_y is not configured");
      assertThat(result.quarantineReasons())
          .extracting(r -> r.code() + " " + r.count())
          .containsExactly("foreign_key_constraint 1");
    }
    assertThat(fixture.count("attached.fact_y")).isZero();
  }

  private static boolean waitsForLock(IngestFixture fixture) {
    return fixture.jdbc.queryForObject(
        "select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')",
        Boolean.class);
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void theGrantOfTheParameterIsTheConsent(Server server) {
    IngestFixture fixture = FIXTURES.get(server);
    Table fact =
        new Catalog(fixture.database).table(new TableName("covered", "fact")).orElseThrow();
    String role = "plain_loader";
    fixture.jdbc.execute("create role " + role);
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(fixture.database));
    Supplier<String> obstacle =
        () ->
            transaction.execute(
                status -> {
                  fixture.jdbc.execute("set local role " + role);
                  return new VerifiedForeignKeys(fixture.database)
                      .obstacle(fact, List.of(), List.of())
                      .orElseThrow();
                });
    assertThat(obstacle.get())
        .isEqualTo(
            "the role may not set session_replication_role (GRANT SET ON PARAMETER"
                + " session_replication_role TO it)");
    fixture.jdbc.execute("grant set on parameter session_replication_role to " + role);
    assertThat(obstacle.get())
        .isEqualTo("foreign key fact_k_fkey of covered.fact is not configured");
    fixture.jdbc.execute("revoke set on parameter session_replication_role from " + role);
    fixture.jdbc.execute("drop role " + role);
  }

  static Stream<Arguments> cases() {
    return Stream.of(Server.values())
        .flatMap(
            server ->
                CASES.stream()
                    .filter(c -> !c.lines.isEmpty())
                    .map(c -> Arguments.of(server, c.name, c)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cases")
  void aForeignKeyIsProvenOrCheckedByTheDatabase(Server server, String name, Case c) {
    IngestFixture fixture = FIXTURES.get(server);
    LoadResult load = fixture.ingest(name + ".csv", c.lines.toArray(String[]::new)).loads().get(0);
    assertThat(load.fkCheckReason()).isEqualTo(c.reason);
    assertThat(load.fkCheck()).isEqualTo(c.reason == null ? "verified" : "database");
    assertThat(
            fixture.rows(
                "select line, reason_code from refkeeper.quarantine where domain = '%s' order by 1"
                    .formatted(name)))
        .isEqualTo(c.quarantined);
    assertThat(fixture.count(name + ".fact")).isEqualTo(c.lines.size() - 1L - c.quarantined.size());
    assertThat(
            fixture.rows("select f from %s.fact f where f::text like '%%ghost%%'".formatted(name)))
        .as("orphans")
        .isEmpty();
  }
}
