package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.database.Migration;
import io.refkeeper.ingest.Delivery;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.runtime.SyncModel.Counts;
import io.refkeeper.runtime.SyncModel.Fact;
import io.refkeeper.runtime.SyncModel.Reference;
import io.refkeeper.runtime.SyncModel.Row;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.sync.TableReport;
import io.refkeeper.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Syncs, loads, changes at the sources and changes by hand in any order: no fact is ever lost to a
 * sync, what people have approved or entered stays, and everything is as {@link SyncModel} has it.
 * One foreign key would take the facts with the parent (ON DELETE CASCADE).
 *
 * <p>{@code -Drandom.sync.operations=5000} makes it longer; {@code -Drandom.sync.seed=N} repeats.
 */
class RandomSyncTest {

  private static final String TABLES =
      """
      create schema r;
      create table r.a_full (code text primary key, name text);
      create table r.b_incremental (code text primary key, name text);
      create table r.c_merge (code text primary key, name text);
      create table r.added (day date, a text references r.a_full on delete cascade,
        b text references r.b_incremental, c text references r.c_merge, n int);
      create table r.replaced (like r.added,
        foreign key (a) references r.a_full, foreign key (b) references r.b_incremental,
        foreign key (c) references r.c_merge on delete cascade);
      """;

  private static final String DOMAINS =
      """
      defaults: {limits: {max_unknown_ratio: 1, max_quarantined_ratio: 1}}
      domains:
        added:
          files: ["added*.csv"]
          target_schema: r
          target_table: added
          load_mode: append
          foreign_keys: &keys
            - {name: fk_a, source_column: a, target_schema: r, target_table: a_full, target_key: code}
            - {name: fk_b, source_column: b, target_schema: r, target_table: b_incremental, target_key: code}
            - {name: fk_c, source_column: c, target_schema: r, target_table: c_merge, target_key: code}
        replaced:
          files: ["replaced*.csv"]
          target_schema: r
          target_table: replaced
          load_mode: replace
          replace_by: [day]
          foreign_keys: *keys
      """;

  private static final Map<String, SyncStrategy> STRATEGIES =
      Map.of(
          "a_full", SyncStrategy.FULL_REPLACE,
          "b_incremental", SyncStrategy.INCREMENTAL,
          "c_merge", SyncStrategy.MERGE);

  private static final List<String> DAYS = List.of("2025-01-01", "2025-01-02", "2025-01-03");

  private final long seed = Long.getLong("random.sync.seed", System.nanoTime() % 1_000_000);
  private final int operations = Integer.getInteger("random.sync.operations", 120);
  private final Random random = new Random(seed);
  private final SyncModel model = new SyncModel();
  private final List<String> done = new ArrayList<>();
  private int numbers;

  @TempDir Path home;
  private JdbcTemplate sql;
  private RefkeeperRuntime runtime;

  @Test
  void noSyncLosesAFactOrWhatPeopleHaveDone() throws Exception {
    STRATEGIES.forEach((table, strategy) -> model.references.put(table, new Reference(strategy)));
    List.of("added", "replaced").forEach(table -> model.facts.put(table, new ArrayList<>()));
    writeConfiguration();
    try (HikariDataSource target = TestPostgres.newDatabase()) {
      sql = new JdbcTemplate(target);
      sql.execute(TABLES);
      Setup setup = setup();
      new Migration(target).apply(ReferenceTables.all(setup.loaded().configuration()));
      try (RefkeeperRuntime started = RefkeeperRuntime.start(setup, target, Mode.COMMAND)) {
        runtime = started;
        for (int i = 0; i < operations; i++) {
          step();
          compare();
        }
      }
    }
  }

  private void step() throws IOException {
    String table = one(List.copyOf(STRATEGIES.keySet().stream().sorted().toList()));
    Reference reference = model.references.get(table);
    String key = "K" + random.nextInt(12);
    switch (random.nextInt(10)) {
      case 0, 1 -> changeSource(table, reference, key);
      case 2, 3 -> sync(List.of(table));
      case 4 -> sync(STRATEGIES.keySet().stream().sorted().toList());
      case 5 -> load("added");
      case 6, 7 -> load("replaced");
      case 8 -> byHand(table, reference, key);
      default -> deleteFacts(table, key);
    }
  }

  private void changeSource(String table, Reference reference, String key) {
    if (random.nextInt(3) == 0) {
      reference.source.remove(key);
      done.add("source of %s loses %s".formatted(table, key));
    } else {
      String name = "name " + random.nextInt(4);
      reference.source.put(key, name);
      done.add("source of %s has %s %s".formatted(table, key, name));
    }
  }

  private void sync(List<String> tables) throws IOException {
    done.add("sync " + tables);
    Map<String, Counts> expected = new HashMap<>();
    for (String table : tables) {
      Reference reference = model.references.get(table);
      reference.source.put("ALWAYS", "so that no source is ever empty");
      String rows =
          reference.source.entrySet().stream()
              .map(row -> row.getKey() + "," + row.getValue() + "\n")
              .collect(Collectors.joining());
      Files.writeString(home.resolve("reference-data/" + table + ".csv"), "code,name\n" + rows);
      expected.put(table, model.sync(table));
    }
    SyncReport report = runtime.sync(SyncRequest.manual(tables, false, false));
    for (TableReport table : report.tables()) {
      String name = table.table().substring(table.table().indexOf('.') + 1);
      assertThat(
              new Counts(
                  table.inserted(),
                  table.updated(),
                  table.promoted(),
                  table.deleted(),
                  table.retained()))
          .as("%s %s; %s", table.table(), table.errors(), repeat())
          .isEqualTo(expected.get(name));
      assertThat(table.fetched())
          .as(repeat())
          .isEqualTo(model.references.get(name).source.size())
          .isEqualTo(table.inserted() + table.updated() + table.promoted() + table.unchanged());
    }
    assertThat(report.tables()).as(repeat()).hasSameSizeAs(tables);
  }

  private void load(String table) throws IOException {
    List<Fact> file = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      List<String> keys = new ArrayList<>();
      for (int k = 0; k < STRATEGIES.size(); k++) {
        keys.add(random.nextInt(4) == 0 ? null : "K" + random.nextInt(12));
      }
      file.add(new Fact(one(DAYS), keys, ++numbers));
    }
    done.add("load into %s: %s".formatted(table, file));
    model.load(table, table.equals("replaced"), file);
    String rows =
        file.stream()
            .map(
                fact ->
                    "%s,%s,%d\n"
                        .formatted(
                            fact.day(),
                            fact.keys().stream()
                                .map(key -> key == null ? "" : key)
                                .collect(Collectors.joining(",")),
                            fact.n()))
            .collect(Collectors.joining());
    Path path = Files.writeString(home.resolve(table + ".csv"), "day,a,b,c,n\n" + rows);
    FileResult result =
        runtime.ingest(Delivery.of(path, null, false, false, Delivery.Progress.NONE));
    assertThat(result.status()).as("%s; %s", result, repeat()).isEqualTo(FileResult.Status.LOADED);
  }

  /** Enters a row, renames one, or approves a derived one. */
  private void byHand(String table, Reference reference, String key) {
    Row row = reference.rows.get(key);
    String name = "by hand " + random.nextInt(4);
    done.add("by hand: %s %s, which is %s; %s".formatted(table, key, row, name));
    if (row == null) {
      sql.update("insert into r.%s (code, name) values (?, ?)".formatted(table), key, name);
      reference.rows.put(key, new Row(name, false, false));
    } else if (row.derived()) {
      sql.update(
          "update r.%s set name = ?, _source = 'authoritative', _needs_review = false where code = ?"
              .formatted(table),
          name,
          key);
      sql.update(
          "update refkeeper.derived_record set state = 'approved', closed_at = now(), closed_by = 'a steward'"
              + " where table_name = ? and key = array[?::text] and state = 'pending'",
          table,
          key);
      reference.rows.put(key, new Row(name, false, false));
    } else {
      sql.update("update r.%s set name = ? where code = ?".formatted(table), name, key);
      reference.rows.put(key, new Row(name, false, row.review()));
    }
  }

  /** People delete the facts that name a key, so that nothing keeps its row any more. */
  private void deleteFacts(String table, String key) {
    done.add("facts that name %s %s are deleted by hand".formatted(table, key));
    int position = List.copyOf(model.references.keySet()).indexOf(table);
    for (String facts : model.facts.keySet()) {
      sql.update("delete from r.%s where %s = ?".formatted(facts, table.substring(0, 1)), key);
      model.facts.get(facts).removeIf(fact -> key.equals(fact.keys().get(position)));
    }
  }

  private void compare() {
    for (String facts : model.facts.keySet()) {
      same(
          facts,
          "select concat_ws('|', day, coalesce(a, 'null'), coalesce(b, 'null'), coalesce(c, 'null'), n) from r."
              + facts,
          model.factTexts(facts));
    }
    model.references.forEach(
        (table, reference) -> {
          same(
              table,
              "select concat_ws('|', code, coalesce(name, 'null'), _source, case when _needs_review then 'true' else 'false' end) from r."
                  + table,
              reference.rowTexts());
          same(
              "keys that the source of " + table + " has delivered",
              "select concat_ws('|', key[1], case when retained_at is null then 'false' else 'true' end)"
                  + " from refkeeper.source_key where table_name = '%s'".formatted(table),
              reference.deliveredTexts());
          same(
              "audit of " + table,
              "select action || '=' || count(*) from refkeeper.audit_log where run_kind = 'sync' and table_name = '%s' group by action"
                  .formatted(table),
              reference.audited.entrySet().stream().map(Object::toString).toList());
        });
  }

  private void same(String what, String query, List<String> expected) {
    assertThat(sql.queryForList(query, String.class))
        .as("%s; %s", what, repeat())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private String repeat() {
    return "repeat it: mvn -q test -Dtest=RandomSyncTest -Drandom.sync.seed=%d -Drandom.sync.operations=%d\n%s"
        .formatted(
            seed,
            operations,
            String.join("\n", done.subList(Math.max(0, done.size() - 40), done.size())));
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void writeConfiguration() throws IOException {
    Path config = Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("reference-data"));
    Files.writeString(config.resolve("data_sources.yml"), DOMAINS);
    StringBuilder sources = new StringBuilder("reference_tables:\n");
    STRATEGIES.forEach(
        (table, strategy) ->
            sources.append(
                "  %1$s: {target_schema: r, source_type: config_file, sync_strategy: %2$s,"
                        .formatted(table, strategy.name().toLowerCase(Locale.ROOT))
                    + " schedule: manual, max_shrink: 1.0, source_config:"
                    + " {file_path: reference-data/%s.csv, format: csv, key_column: code}}\n"
                        .formatted(table)));
    Files.writeString(config.resolve("reference_sources.yml"), sources);
    Files.writeString(
        config.resolve("reference_management.yml"),
        """
        strategy: hybrid
        time_zone: Asia/Shanghai
        backfill: {notification_channel: people}
        notifications: {channels: {people: {email: [people@example.com]}}}
        """);
  }

  private Setup setup() {
    Setup read = Setup.read(home, home.resolve("config"), Path.of("routes"), Map.of());
    Map<String, String> properties = new HashMap<>(read.properties());
    properties.put("refkeeper.http.port", "off");
    return new Setup(home, read.routes(), read.loaded(), properties);
  }
}
