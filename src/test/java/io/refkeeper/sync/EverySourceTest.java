package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.testing.TestApi;
import io.refkeeper.testing.TestApi.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of strategies, for each type of source: what is new, changed, gone, derived here, and
 * what a person has set. All of them in three runs over one database.
 */
class EverySourceTest {

  private static final TestApi API = new TestApi();
  private static SyncFixture fixture;
  private static PostgresTables other;
  private static final Map<String, TableReport> DRY = new TreeMap<>();
  private static final Map<String, TableReport> SECOND = new TreeMap<>();
  private static final Map<String, TableReport> THIRD = new TreeMap<>();

  /** A row at the source; null is NULL. */
  private record Row(String code, String name, String kind) {
    List<String> values() {
      return Arrays.asList(code, name, kind);
    }
  }

  enum Kind {
    MYSQL,
    POSTGRES,
    HTTP,
    YAML,
    JSON,
    CSV
  }

  /** One kind of source under one strategy, in a table of its own. */
  record Case(Kind kind, SyncStrategy strategy) {
    String table() {
      return "%s_%s".formatted(kind, strategy).toLowerCase(Locale.ROOT);
    }
  }

  static List<Case> cases() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(SyncStrategy.values()).map(s -> new Case(kind, s)))
        .toList();
  }

  @BeforeAll
  static void threeRuns() throws Exception {
    fixture = new SyncFixture();
    other = new PostgresTables();
    fixture.connections.put("other", other.connection());
    for (Case one : cases()) {
      fixture.sql.execute(
          "create table %s (code varchar(20) primary key, name text, kind text, note text%s)"
              .formatted(one.table(), SyncFixture.TRACKING));
      fixture.sql.execute(
          "create table fact_%1$s (id int, plan varchar(20) references %1$s on delete cascade)"
              .formatted(one.table()));
      SyncFixture.Source table =
          fixture
              .table(one.table(), one.strategy())
              .columns(Map.of("id", "code", "name", "name", "kind", "kind"));
      table.sourceKey("id");
      switch (one.kind()) {
        case MYSQL ->
            fixture.legacy(
                "create table %s (id varchar(20) primary key, name text, kind text, extra int)"
                    .formatted(one.table()));
        case POSTGRES -> {
          other.execute(
              "create table %s (id varchar(20) primary key, name text, kind text, extra int)"
                  .formatted(one.table()));
          table.postgres("other");
        }
        case HTTP -> table.url(API.url("/" + one.table()), Map.of());
        default -> table.file(one.table(), one.kind().name().toLowerCase(Locale.ROOT));
      }
      table.add();
      deliver(
          one,
          List.of(
              new Row("A", "Alpha", "x"),
              new Row("B", "Beta, \"quoted\"", "y"),
              new Row("G", "Gone", "z"),
              new Row("R", "Referenced", "z")));
    }
    fixture.start();
    assertThat(fixture.sync().tables())
        .allSatisfy(t -> assertThat(t.errors()).isEmpty())
        .extracting(TableReport::inserted)
        .containsOnly(4L);
    for (Case one : cases()) {
      fixture.sql.execute("insert into fact_%s (plan) values ('R'), ('R')".formatted(one.table()));
      fixture.sql.execute(
          "insert into %s (code, name, kind, _source, _needs_review) values ('D', 'derived', 'k', 'auto_derived', true), ('E', 'unknown there', null, 'auto_derived', true), ('H', 'by hand', null, 'authoritative', false)"
              .formatted(one.table()));
      fixture.sql.execute(
          "insert into refkeeper.audit_log (table_schema, table_name, key, action, actor, run_kind, before, after) select 'public', '%1$s', '{B}', 'update', 'ann', 'person', to_jsonb(t), to_jsonb(t) || '{\"kind\": \"by Ann\"}' from %1$s t where code = 'B'"
              .formatted(one.table()));
      fixture.sql.execute("update %s set kind = 'by Ann' where code = 'B'".formatted(one.table()));
      deliver(
          one,
          List.of(
              new Row("A", "Alpha 2", "x"),
              new Row("B", "Beta, \"quoted\"", null),
              new Row("N", "New", null),
              new Row("D", "Delta", "d")));
    }
    fixture
        .run(SyncRequest.manual(List.of(), true, false))
        .tables()
        .forEach(t -> DRY.put(t.table(), t));
    fixture.sync().tables().forEach(t -> SECOND.put(t.table(), t));
    fixture.sync().tables().forEach(t -> THIRD.put(t.table(), t));
  }

  @AfterAll
  static void close() {
    fixture.close();
    other.close();
    API.close();
  }

  private static void deliver(Case one, List<Row> rows) {
    String table = one.table();
    String values = rows.stream().map(row -> sql(row)).collect(Collectors.joining(", "));
    String insert = "insert into %s (id, name, kind) values %s".formatted(table, values);
    switch (one.kind()) {
      case MYSQL -> fixture.legacy("delete from " + table, insert);
      case POSTGRES -> other.execute("delete from " + table, insert);
      case HTTP -> {
        String first = json(rows.subList(0, 2));
        String rest = json(rows.subList(2, 4));
        API.serve(
            "/" + table,
            Answer.json(
                "{\"next\": \"%s?page=2\", \"items\": %s, \"total\": 4}".formatted(table, first)));
        API.serve(
            "/%s?page=2".formatted(table),
            Answer.json("{\"items\": %s, \"next\": null}".formatted(rest)));
      }
      case YAML, JSON -> write(table, "{\"plans\": %s}".formatted(json(rows)));
      case CSV ->
          write(
              table,
              "id,name,kind,extra\n"
                  + rows.stream().map(row -> csv(row) + ",7\n").collect(Collectors.joining()));
    }
  }

  private static String sql(Row row) {
    return each(row, v -> v == null ? "null" : "'" + v + "'", ", ", "(", ")");
  }

  private static String csv(Row row) {
    return each(row, v -> v == null ? "" : "\"" + v.replace("\"", "\"\"") + "\"", ",", "", "");
  }

  private static String json(List<Row> rows) {
    List<String> names = List.of("id", "name", "kind");
    List<String> records = new ArrayList<>();
    for (Row row : rows) {
      List<String> fields = new ArrayList<>(List.of("\"extra\": {\"a\": [1, 2.50]}"));
      for (int i = 0; i < names.size(); i++) {
        String value = row.values().get(i);
        fields.add(
            "\"%s\": %s"
                .formatted(
                    names.get(i),
                    value == null ? "null" : "\"" + value.replace("\"", "\\\"") + "\""));
      }
      records.add("{" + String.join(", ", fields) + "}");
    }
    return "[" + String.join(",\n", records) + "]";
  }

  private static String each(
      Row row, Function<String, String> form, String between, String before, String after) {
    return row.values().stream().map(form).collect(Collectors.joining(between, before, after));
  }

  private static void write(String name, String content) {
    try {
      Files.writeString(fixture.folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyCellOfTheTable(Case one) {
    boolean updates = one.strategy() != SyncStrategy.INCREMENTAL;
    boolean deletes = one.strategy() == SyncStrategy.FULL_REPLACE;
    TableReport report = SECOND.get("public." + one.table());

    assertThat(List.of(report.fetched(), report.inserted(), report.promoted()))
        .containsExactly(4L, 1L, 1L);
    assertThat(report.updated())
        .as("A changed, B only lost what a person has set since")
        .isEqualTo(updates ? 1 : 0);
    assertThat(report.unchanged()).isEqualTo(updates ? 1 : 2);
    assertThat(report.deleted()).as("G").isEqualTo(deletes ? 1 : 0);
    assertThat(report.retained()).as("R").isEqualTo(deletes ? 1 : 0);
    assertThat(
            String.join(
                " ",
                fixture.rows(
                    "select code || ':' || name || ':' || coalesce(kind, '-') || case when _source = 'auto_derived' then ':derived' else '' end || case when _needs_review then '!' else '' end from %s order by code"
                        .formatted(one.table()))))
        .isEqualTo(
            "A:%s:x B:Beta, \"quoted\":by Ann D:Delta:d E:unknown there:-:derived! %sH:by hand:- N:New:- R:Referenced:z%s"
                .formatted(
                    updates ? "Alpha 2" : "Alpha", deletes ? "" : "G:Gone:z ", deletes ? "!" : ""));
    assertThat(fixture.rows("select plan from fact_" + one.table())).containsExactly("R", "R");
    assertThat(
            fixture.rows(
                "select string_agg(action || key[1], ' ' order by action, key) from refkeeper.audit_log where run_id = (select id from refkeeper.sync_run order by id offset 1 limit 1) and table_name = '%s'"
                    .formatted(one.table())))
        .containsExactly(
            deletes
                ? "deleteG insertN promoteD retainR updateA"
                : updates ? "insertN promoteD updateA" : "insertN promoteD");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aDryRunBeforeItTellsTheSame(Case one) {
    TableReport dry = DRY.get("public." + one.table());
    TableReport real = SECOND.get("public." + one.table());
    assertThat(
            List.of(
                dry.fetched(),
                dry.inserted(),
                dry.updated(),
                dry.unchanged(),
                dry.promoted(),
                dry.deleted(),
                dry.retained()))
        .containsExactly(
            real.fetched(),
            real.inserted(),
            real.updated(),
            real.unchanged(),
            real.promoted(),
            real.deleted(),
            real.retained());
    assertThat(dry.differences())
        .contains("insert N")
        .anyMatch(difference -> difference.startsWith("promote D: "));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theSameAgainWritesNothing(Case one) {
    TableReport report = THIRD.get("public." + one.table());
    assertThat(report.status()).isEqualTo("unchanged");
    assertThat(report.unchanged()).isEqualTo(4);
    assertThat(report.errors()).as("flagged once").isEmpty();
    assertThat(
            fixture.rows(
                "select action from refkeeper.audit_log where run_id = (select id from refkeeper.sync_run order by id offset 2 limit 1) and table_name = '%s'"
                    .formatted(one.table())))
        .isEmpty();
  }

  @Test
  void pagesAreAskedForInTheirOrder() {
    assertThat(API.requests())
        .extracting(TestApi.Request::uri)
        .filteredOn(uri -> uri.startsWith("/http_merge"))
        .containsExactly(
            "/http_merge",
            "/http_merge?page=2",
            "/http_merge",
            "/http_merge?page=2",
            "/http_merge",
            "/http_merge?page=2",
            "/http_merge",
            "/http_merge?page=2");
  }
}
