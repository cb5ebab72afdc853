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
import org.junit.jupiter.api.Test;

/** What is wrong at a legacy source is named, and the table stays as it was. */
class BadSourceTest extends BadSourceFixture {

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
      assertThat(fixture.rows("select code from plan")).containsExactly("OLD");
    }
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
