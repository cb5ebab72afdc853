package io.refkeeper.ingest;

import static io.refkeeper.ingest.ForeignKeyCase.PARENT;
import static io.refkeeper.ingest.ForeignKeyCase.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.refkeeper.database.Catalog;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.VerifiedForeignKeys;
import io.refkeeper.testing.TestPostgres.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What others may do to a fact table and its parents while a load proves its foreign keys. */
class ForeignKeyLockTest {

  private static final List<ForeignKeyCase> CASES =
      List.of(
          new ForeignKeyCase(
              "attached",
              PARENT
                  + """
                  create table fact (k text references parent, o text) partition by list (o);
                  create table fact_x partition of fact for values in ('x');
                  """,
              key("k", "parent", "code"),
              List.of(),
              null,
              List.of()),
          new ForeignKeyCase(
              "altered",
              PARENT + "create table fact (k text references parent, o text);",
              key("k", "parent", "code"),
              List.of(),
              null,
              List.of()),
          new ForeignKeyCase(
              "raced",
              PARENT + "create table fact (k text references parent, u int unique);",
              key("k", "parent", "code"),
              List.of(),
              null,
              List.of()));

  @TempDir static Path home;

  private static ForeignKeyServers servers;

  @BeforeAll
  static void start() throws Exception {
    servers = new ForeignKeyServers(home, CASES);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void aParentThatWasFoundCannotBeDeletedBeforeTheLoadHasEnded(Server server) throws Exception {
    IngestFixture fixture = servers.on(server);
    try (Connection other = fixture.database.getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // holds up the COPY, which comes after the verification
      statement.execute("insert into raced.fact values (null, 5)");
      CompletableFuture<FileResult> load =
          CompletableFuture.supplyAsync(() -> fixture.ingest("raced.csv", "k,u", "A,5"));
      await().until(() -> waitingForLocks(fixture) == 1);
      CompletableFuture<Void> deletion =
          CompletableFuture.runAsync(
              () -> fixture.jdbc.execute("delete from raced.parent where code = 'A'"));
      await().until(() -> deletion.isDone() || waitingForLocks(fixture) == 2);
      other.rollback();
      LoadResult result = load.get(30, TimeUnit.SECONDS).loads().get(0);
      assertThat(result.fkCheck()).isEqualTo("verified");
      assertThat(result.rowsLoaded()).isEqualTo(1);
      await().until(deletion::isDone);
      assertThat(ForeignKeyCase.orphans(fixture.jdbc, "raced")).as("orphans of raced").isEmpty();
      assertThatThrownBy(deletion::get)
          .hasMessageContaining("violates foreign key constraint \"fact_k_fkey\"");
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void aForeignKeyCannotBeAddedBeforeTheLoadHasEnded(Server server) throws Exception {
    IngestFixture fixture = servers.on(server);
    fixture.jdbc.execute("create table altered.other (code text primary key)");
    try (Connection other = fixture.database.getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // holds up the verification, which comes after the look at the table and before the COPY
      statement.execute("select 1 from altered.parent for update");
      CompletableFuture<FileResult> load =
          CompletableFuture.supplyAsync(() -> fixture.ingest("altered.csv", "k,o", "A,nobody"));
      await().until(() -> waitingForLocks(fixture) == 1);
      CompletableFuture<Void> addition =
          CompletableFuture.runAsync(
              () ->
                  fixture.jdbc.execute(
                      "alter table altered.fact add constraint late foreign key (o) references altered.other"));
      await().until(() -> addition.isDone() || waitingForLocks(fixture) == 2);
      other.rollback();
      assertThat(load.get(30, TimeUnit.SECONDS).loads().get(0).fkCheck()).isEqualTo("verified");
      await().until(addition::isDone);
      assertThat(ForeignKeyCase.orphans(fixture.jdbc, "altered"))
          .as("orphans of altered")
          .isEmpty();
      assertThatThrownBy(addition::get)
          .hasMessageContaining("violates foreign key constraint \"late\"");
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void aPartitionAttachedDuringTheLoadIsCheckedByTheDatabase(Server server) throws Exception {
    IngestFixture fixture = servers.on(server);
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
    LoadResult result;
    try (Connection other = fixture.database.getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // holds up the second chunk, which names B for the first time
      statement.execute("select 1 from attached.parent where code = 'B' for update");
      CompletableFuture<FileResult> load =
          CompletableFuture.supplyAsync(() -> fixture.ingest("attached.csv", lines));
      await().until(() -> waitingForLocks(fixture) == 1);
      fixture.jdbc.execute(
          "alter table attached.fact attach partition attached.fact_y for values in ('ghost')");
      other.rollback();
      result = load.get(30, TimeUnit.SECONDS).loads().get(0);
    }
    assertThat(ForeignKeyCase.orphans(fixture.jdbc, "attached"))
        .as("orphans of attached")
        .isEmpty();
    assertThat(result.fkCheckReason())
        .isEqualTo("foreign key fact_y_o_fkey of attached.fact_y is not configured");
    assertThat(result.quarantineReasons())
        .extracting(r -> r.code() + " " + r.count())
        .containsExactly("foreign_key_constraint 1");
  }

  private static int waitingForLocks(IngestFixture fixture) {
    return fixture.jdbc.queryForObject(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        Integer.class);
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void theGrantOfTheParameterIsTheConsent(Server server) {
    IngestFixture fixture = servers.on(server);
    Table fact = new Catalog(fixture.database).table(new TableName("raced", "fact")).orElseThrow();
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
    assertThat(obstacle.get()).isEqualTo("foreign key fact_k_fkey of raced.fact is not configured");
    fixture.jdbc.execute("revoke set on parameter session_replication_role from " + role);
    fixture.jdbc.execute("drop role " + role);
  }
}
