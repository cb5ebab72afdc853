package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.problem.Problem;
import io.refkeeper.testing.ClosedPort;
import io.refkeeper.testing.TestApi;
import io.refkeeper.testing.TestApi.Answer;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.quartz.QuartzComponent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.impl.matchers.GroupMatcher;

/** Tables of PostgreSQL and HTTP sources at their crons, and whether their sources are there. */
class SourceSchedulesTest {

  @Test
  void theCronOfEachTypeSyncsItsTables() throws Exception {
    try (SyncFixture fixture =
            new SyncFixture(
                "create table plan (code text primary key" + SyncFixture.TRACKING + ")",
                "create table org (code text primary key" + SyncFixture.TRACKING + ")");
        PostgresTables other = new PostgresTables();
        TestApi api = new TestApi()) {
      other.execute("create table plan (code text)", "insert into plan values ('P')");
      api.serve("/org", Answer.json("{\"items\": [{\"code\": \"O\"}]}"));
      fixture.connections.put("other", other.connection());
      fixture.table("plan", SyncStrategy.MERGE).postgres("other").schedule("0 1 29 2 *").add();
      fixture
          .table("org", SyncStrategy.MERGE)
          .url(api.url("/org"), Map.of())
          .schedule("0 2 29 2 *")
          .add();
      fixture.schedules = true;
      fixture.clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC); // nothing was missed
      fixture.start();
      Scheduler quartz =
          fixture.routes().camel().getComponent("quartz", QuartzComponent.class).getScheduler();

      for (JobKey job : quartz.getJobKeys(GroupMatcher.anyJobGroup())) {
        String table = job.getName().contains("postgres") ? "plan" : "org";
        // a run exists for each second at most, and it may be that of the other table
        Awaitility.await()
            .pollInterval(Duration.ofMillis(100))
            .until(
                () -> {
                  quartz.triggerJob(job);
                  return fixture.rows("select code from " + table).size() == 1;
                });
      }
    }
  }

  @Test
  void aSourceThatIsNotThereIsTold() throws Exception {
    try (ClosedPort closedPort = new ClosedPort();
        SyncFixture fixture = new SyncFixture();
        PostgresTables other = new PostgresTables();
        TestApi api = new TestApi()) {
      int closed = closedPort.number();
      api.serve("/good", Answer.json("[]"));
      api.serve("/refused?token=secret", new Answer(403, "", Map.of(), 0));
      fixture.connections.put("other", other.connection());
      fixture.connections.put("down", other.connection("down", closed, "postgres"));
      fixture.table("good", SyncStrategy.MERGE).url(api.url("/good"), Map.of()).add();
      fixture
          .table("refused", SyncStrategy.MERGE)
          .url(api.url("/refused?token=secret"), Map.of())
          .add();
      fixture
          .table("away", SyncStrategy.MERGE)
          .url("http://127.0.0.1:" + closed + "/", Map.of())
          .add();
      fixture.table("pg", SyncStrategy.MERGE).postgres("other").add();
      fixture.table("pg_down", SyncStrategy.MERGE).postgres("down").add();
      fixture.table("mysql", SyncStrategy.MERGE).add();
      Sources sources =
          Sources.open(fixture.configuration(), SyncSettings.of(fixture.properties), null);

      List<String> problems =
          fixture.tables.values().stream()
              .flatMap(table -> probe(sources, table).stream())
              .map(problem -> problem.place() + ": " + problem.message())
              .toList();

      assertThat(problems)
          .containsExactly(
              "refused from " + api.url("/refused") + ": The API refused the request (HTTP 403)",
              "away from http://127.0.0.1:%d/: The API cannot be reached: Connect to http://127.0.0.1:%1$d failed: Connection refused"
                  .formatted(closed),
              "connection down: down (postgres at localhost:%d/%s) cannot be reached now: Connection to localhost:%1$d refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections."
                  .formatted(closed, other.connection().database()));
    }
  }

  @Test
  void whatASyncWouldMissAtItsSourceIsToldWithoutOne() throws Exception {
    String columns = " (code text primary key, name text" + SyncFixture.TRACKING + ")";
    try (SyncFixture fixture = new SyncFixture();
        PostgresTables other = new PostgresTables()) {
      for (String table :
          List.of("good", "gone", "renamed", "filtered", "moment", "listed", "pg_good", "pg_bad")) {
        fixture.sql.execute("create table " + table + columns);
      }
      fixture.legacy(
          "create table good (code varchar(9), name varchar(9))",
          "create table renamed (code varchar(9), title varchar(9))",
          "create table filtered (code varchar(9))",
          "create table moment (code varchar(9))");
      other.execute("create table pg_good (code text)", "create table pg_bad (id text, name text)");
      Files.writeString(fixture.folder.resolve("lines"), "number,name\n1,a\n");
      fixture.connections.put("other", other.connection());
      fixture.table("good", SyncStrategy.MERGE).add();
      fixture.table("gone", SyncStrategy.MERGE).add();
      fixture.table("renamed", SyncStrategy.MERGE).columns(Map.of("nmae", "name")).add();
      fixture.table("filtered", SyncStrategy.MERGE).where("colour = 'red'").add();
      fixture.table("moment", SyncStrategy.MERGE).incremental("changed_at").add();
      fixture.table("listed", SyncStrategy.MERGE).file("lines", "csv").add();
      fixture.table("pg_good", SyncStrategy.MERGE).postgres("other").where("code > ''").add();
      fixture.table("pg_bad", SyncStrategy.MERGE).postgres("other").add();
      fixture.table("nowhere", SyncStrategy.MERGE).add(); // the target itself is not there
      SourceInspection inspection =
          new SourceInspection(
              fixture.configuration(), SyncSettings.of(fixture.properties), fixture.target);

      List<String> problems =
          fixture.tables.values().stream()
              .flatMap(
                  table ->
                      inspection.problems(table).stream()
                          .map(problem -> table.table() + ": " + problem.message()))
              .map(problem -> problem.replace(fixture.legacy.database(), "DB"))
              .toList();

      assertThat(problems)
          .containsExactly(
              "gone: The legacy server has no table DB.gone, or user %s may not read it"
                  .formatted(fixture.legacy.user()),
              "renamed: The source has no column nmae; it has code, title",
              "filtered: The legacy server refused the query: Unknown column 'colour' in 'WHERE'",
              "moment: The source has no column changed_at, which incremental_column names",
              "listed: The source has no key column code; it has number, name",
              "pg_bad: The source has no key column code; it has id, name");
    }
  }

  @Test
  void aWrongPasswordOrHostOfASourceIsNoServerThatIsDown() throws Exception {
    try (SyncFixture fixture = new SyncFixture();
        PostgresTables other = new PostgresTables()) {
      SourceConnection hub = fixture.legacy;
      fixture.connections.put(
          "refused",
          new SourceConnection(
              "refused", "mysql", hub.host(), hub.port(), "x", hub.user(), "wrong", hub.tls()));
      fixture.connections.put("role", other.connection("role", other.port(), "nobody"));
      fixture.connections.put(
          "lost",
          new SourceConnection("lost", "mysql", "nowhere.invalid", 1, "x", "u", "p", hub.tls()));
      fixture.connections.put(
          "pg_lost",
          new SourceConnection(
              "pg_lost", "postgres", "nowhere.invalid", 1, "x", "u", "p", hub.tls()));
      fixture.table("a", SyncStrategy.MERGE).connection("refused").add();
      fixture.table("b", SyncStrategy.MERGE).postgres("role").add();
      fixture.table("c", SyncStrategy.MERGE).connection("lost").add();
      fixture.table("d", SyncStrategy.MERGE).postgres("pg_lost").add();
      Sources sources =
          Sources.open(fixture.configuration(), SyncSettings.of(fixture.properties), null);

      List<Problem> problems =
          fixture.tables.values().stream().flatMap(t -> probe(sources, t).stream()).toList();

      assertThat(problems)
          .extracting(Problem::code)
          .containsExactly(
              "source_access_denied",
              "source_access_denied",
              "source_unreachable",
              "source_unreachable");
      assertThat(problems.subList(0, 2))
          .allSatisfy(
              p -> assertThat(p.remedy()).startsWith("check its user, password and database; "));
      assertThat(problems.subList(2, 4))
          .allSatisfy(
              p -> assertThat(p.message()).contains("nobody knows the host nowhere.invalid"));
    }
  }

  private static List<Problem> probe(Sources sources, ReferenceSource table) {
    return sources.of(table.sourceType()).probe(table).stream().toList();
  }
}
