package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.problem.Problem;
import io.refkeeper.testing.TestApi;
import io.refkeeper.testing.TestApi.Answer;
import java.net.ServerSocket;
import java.time.Clock;
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
      fixture.table("plan", SyncStrategy.MERGE).postgres("other").schedule("0 1 * * *").add();
      fixture
          .table("org", SyncStrategy.MERGE)
          .url(api.url("/org"), Map.of())
          .schedule("0 2 * * *")
          .add();
      fixture.schedules = true;
      fixture.clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC); // nothing was missed
      fixture.start();
      Scheduler quartz =
          fixture.routes().camel().getComponent("quartz", QuartzComponent.class).getScheduler();

      for (JobKey job : quartz.getJobKeys(GroupMatcher.anyJobGroup())) {
        long before = runs(fixture);
        // a run exists for each second at most
        Awaitility.await()
            .until(
                () -> {
                  quartz.triggerJob(job);
                  return runs(fixture) > before;
                });
      }

      Awaitility.await()
          .until(
              () -> fixture.rows("select code from plan union select code from org").size() == 2);
    }
  }

  private static long runs(SyncFixture fixture) {
    return fixture.rows("select id::text from refkeeper.sync_run").size();
  }

  @Test
  void aSourceThatIsNotThereIsTold() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    try (SyncFixture fixture = new SyncFixture();
        PostgresTables other = new PostgresTables();
        TestApi api = new TestApi()) {
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

  private static List<Problem> probe(Sources sources, ReferenceSource table) {
    return sources.of(table.sourceType()).probe(table).stream().toList();
  }
}
