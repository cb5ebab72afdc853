package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.ingest.Delivery;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.runtime.SyncModel.Fact;
import io.refkeeper.runtime.SyncModel.Outcome;
import io.refkeeper.runtime.SyncModel.Reference;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.sync.TableReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Syncs (also dry, forced, held, failed), loads, changes at the sources and changes by hand in any
 * order: no fact is ever lost to a sync, what people have approved or entered stays, and tables and
 * audit log are as {@link SyncModel} has them.
 *
 * <p>{@code -Drandom.sync.operations=5000} makes it longer; {@code -Drandom.sync.seed=N} repeats.
 */
class RandomSyncTest {

  private static final List<String> TABLES = List.copyOf(RandomSyncFixture.STRATEGIES.keySet());
  private static final List<String> DAYS = List.of("2025-01-01", "2025-01-02", "2025-01-03");
  private static final int KEYS = 12;

  /** A row of a reference table, in the audit log: as {@link SyncModel.Row#text()} has it. */
  private static final String AUDITED_ROW =
      """
      case when %1$s is null then 'nothing' else concat_ws('|', coalesce(%1$s ->> 'name', 'null'),
        coalesce(%1$s ->> 'note', 'null'), coalesce(%1$s ->> 'parent', 'null'), %1$s ->> '_source',
        %1$s ->> '_needs_review', %1$s ->> 'referencing_rows') end""";

  private final long seed = Long.getLong("random.sync.seed", System.nanoTime() % 1_000_000);
  private final int operations = Integer.getInteger("random.sync.operations", 120);
  private final Random random = new Random(seed);
  private final List<String> done = new ArrayList<>();
  private final Map<String, Integer> outcomes = new HashMap<>();
  private int numbers;
  private long lastAudited;

  private RandomSyncFixture fixture;
  private SyncModel model;
  private SyncByHand people;

  @Test
  void noSyncLosesAFactOrWhatPeopleHaveDone(@TempDir Path home) throws Exception {
    try (RandomSyncFixture opened = new RandomSyncFixture(home)) {
      fixture = opened;
      model = fixture.model;
      people = new SyncByHand(fixture, random);
      for (int i = 0; i < operations; i++) {
        step();
        compare();
      }
    }
    if (operations >= 1000) {
      assertThat(outcomes).as(repeat()).containsOnlyKeys("ok", "unchanged", "held", "failed");
    }
  }

  private void step() throws IOException {
    String table = one(TABLES);
    Reference reference = model.references.get(table);
    String key = key();
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> {
        for (int i = random.nextInt(3); i >= 0; i--) {
          changeSource(table, reference, key());
        }
      }
      case 3, 4 -> sync(List.of(table));
      case 5 -> sync(TABLES);
      case 6 -> tryOut(random.nextBoolean() ? TABLES : List.of(table));
      case 7 -> load("added");
      case 8, 9 -> load("replaced");
      case 10 -> done.add(people.act(table, key));
      default -> done.add(people.deleteFacts(table, key));
    }
  }

  private void changeSource(String table, Reference reference, String key) {
    switch (random.nextInt(8)) {
      case 0 -> {
        reference.source.keySet().removeIf(lost -> random.nextBoolean());
        done.add("source of %s keeps %s only".formatted(table, reference.source.keySet()));
      }
      case 1, 2 -> {
        reference.source.remove(key);
        done.add("source of %s loses %s".formatted(table, key));
      }
      default -> {
        List<String> values = SyncModel.values(people.value(), people.value(), parent(reference));
        reference.source.put(key, values);
        done.add("source of %s has %s %s".formatted(table, key, values));
      }
    }
  }

  /** None, one that the source has, any, or one that nobody has. */
  private String parent(Reference reference) {
    if (random.nextBoolean() || reference.source.isEmpty()) {
      return null;
    }
    return switch (random.nextInt(8)) {
      case 0 -> "NOBODY";
      case 1, 2 -> key();
      default -> one(List.copyOf(reference.source.keySet()));
    };
  }

  private void sync(List<String> tables) throws IOException {
    boolean force = random.nextInt(4) == 0;
    done.add("sync %s%s".formatted(tables, force ? " --force" : ""));
    writeSources(tables);
    Map<String, Outcome> expected = new HashMap<>();
    tables.forEach(table -> expected.put(table, model.sync(table, force)));
    assertReport(fixture.runtime().sync(SyncRequest.manual(tables, false, force)), expected);
    for (String table : tables) {
      Reference reference = model.references.get(table);
      outcomes.merge(expected.get(table).status(), 1, Integer::sum);
      // who looks after the source mends it
      reference
          .orphans()
          .forEach(
              orphan ->
                  reference.source.put(
                      orphan, SyncModel.values(people.value(), people.value(), null)));
    }
  }

  /** A dry run says what would be done, and changes nothing whatever. */
  private void tryOut(List<String> tables) throws IOException {
    boolean force = random.nextInt(4) == 0;
    done.add("dry run of sync %s%s".formatted(tables, force ? " --force" : ""));
    writeSources(tables);
    List<String> before = fixture.state();
    SyncModel would = model.copy();
    Map<String, Outcome> expected = new HashMap<>();
    tables.forEach(table -> expected.put(table, would.sync(table, force)));
    SyncReport report = fixture.runtime().sync(SyncRequest.manual(tables, true, force));
    assertReport(report, expected);
    assertThat(
            report.tables().stream()
                .flatMap(t -> t.differences().stream().map(d -> name(t) + " sync " + d))
                .map(difference -> difference.split(":")[0]))
        .as("differences shown; %s", repeat())
        .containsExactlyInAnyOrderElementsOf(
            would.audited.stream().map(entry -> entry.split(":")[0]).toList());
    assertThat(fixture.state()).as("a dry run; %s", repeat()).isEqualTo(before);
  }

  private void writeSources(List<String> tables) throws IOException {
    for (String table : tables) {
      model
          .references
          .get(table)
          .source
          .put("ALWAYS", SyncModel.values("so that no source is ever empty", null, null));
      fixture.writeSource(table);
    }
  }

  private void assertReport(SyncReport report, Map<String, Outcome> expected) {
    assertThat(report.tables()).as(repeat()).hasSameSizeAs(expected.keySet());
    for (TableReport table : report.tables()) {
      Outcome outcome =
          new Outcome(
              table.status(),
              table.inserted(),
              table.updated(),
              table.promoted(),
              table.deleted(),
              table.retained());
      assertThat(outcome)
          .as("%s %s; %s", table.table(), table.errors(), repeat())
          .isEqualTo(expected.get(name(table)));
      assertThat(table.fetched())
          .as(repeat())
          .isEqualTo(model.references.get(name(table)).source.size());
      assertThat(table.unchanged())
          .as("unchanged of %s; %s", table.table(), repeat())
          .isEqualTo(
              outcome.isDone()
                  ? table.fetched() - table.inserted() - table.updated() - table.promoted()
                  : 0);
    }
  }

  private static String name(TableReport table) {
    return table.table().substring(table.table().indexOf('.') + 1);
  }

  private void load(String table) throws IOException {
    List<Fact> file = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      List<String> keys = new ArrayList<>();
      TABLES.forEach(parent -> keys.add(random.nextInt(4) == 0 ? null : key()));
      file.add(new Fact(one(DAYS), keys, ++numbers));
    }
    done.add("load into %s: %s".formatted(table, file));
    model.load(table, table.equals("replaced"), file);
    String rows =
        file.stream()
            .map(
                fact ->
                    RandomSyncFixture.line(
                        Stream.of(
                                Stream.of(fact.day()),
                                fact.keys().stream(),
                                Stream.of(Integer.toString(fact.n())))
                            .flatMap(fields -> fields)))
            .collect(Collectors.joining());
    Path path = Files.writeString(fixture.home.resolve(table + ".csv"), "day,a,b,c,n\n" + rows);
    FileResult result =
        fixture.runtime().ingest(Delivery.of(path, null, false, false, Delivery.Progress.NONE));
    assertThat(result.status()).as("%s; %s", result, repeat()).isEqualTo(FileResult.Status.LOADED);
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
              "select concat_ws('|', code, %s) from r.%s t"
                  .formatted(AUDITED_ROW.formatted("to_jsonb(t.*)"), table),
              reference.rowTexts());
          same(
              "keys that the source of " + table + " has delivered",
              "select concat_ws('|', key[1], case when retained_at is null then 'false' else 'true' end)"
                  + " from refkeeper.source_key where table_name = '%s'".formatted(table),
              reference.deliveredTexts());
        });
    same(
        "audit log",
        """
        select table_name || ' ' || run_kind || ' ' || action || ' ' || key[1] || ': ' || %s || ' -> ' || %s
        from refkeeper.audit_log where id > %d and run_kind <> 'person'"""
            .formatted(
                AUDITED_ROW.formatted("before"), AUDITED_ROW.formatted("after"), lastAudited),
        model.audited);
    model.audited.clear();
    lastAudited =
        fixture.sql.queryForObject(
            "select coalesce(max(id), 0) from refkeeper.audit_log", Long.class);
  }

  private void same(String what, String query, List<String> expected) {
    assertThat(fixture.sql.queryForList(query, String.class))
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

  private String key() {
    return "K" + random.nextInt(KEYS);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
