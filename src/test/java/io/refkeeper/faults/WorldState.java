package io.refkeeper.faults;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.refkeeper.faults.FactFile.Mode;
import io.refkeeper.faults.Model.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.springframework.dao.DataAccessException;

/** What a {@link World} holds now, and whether it is what its model says. */
final class WorldState {

  private final World world;

  WorldState(World world) {
    this.world = world;
  }

  /** Whether nothing waits: no file, no message. */
  boolean isQuiet() {
    return unrest().isEmpty();
  }

  /** What still waits. */
  List<String> unrest() {
    List<String> waiting = new ArrayList<>();
    files("inbox").forEach(file -> waiting.add("inbox/" + file));
    files("work").forEach(file -> waiting.add("work/" + file));
    try {
      waiting.addAll(
          rows(
              "select 'message ' || state || ': ' || subject || coalesce(' ' || last_error, '')"
                  + " from refkeeper.outbox where state <> 'sent'"));
    } catch (DataAccessException e) {
      waiting.add("the database is away");
    }
    // a claim that is taken over while we look can be missed: look where it will be in the end
    return waiting.isEmpty() ? unplaced() : waiting;
  }

  private List<String> unplaced() {
    List<String> placed = new ArrayList<>(files("archive"));
    placed.addAll(files("rejected"));
    return world.dropped.stream()
        .map(FactFile::name)
        .filter(name -> placed.stream().noneMatch(file -> file.endsWith("-" + name)))
        .toList();
  }

  /** Compares everything with the model; fails with all differences. */
  void check() {
    SoftAssertions state = new SoftAssertions();
    for (Mode mode : Mode.values()) {
      state
          .assertThat(rows(factSql(mode)))
          .as("facts of " + mode.table())
          .containsExactlyInAnyOrderElementsOf(world.model.facts(mode));
      for (String parent : List.of("plan", "branch")) {
        state
            .assertThat(
                rows(
                    "select f.%1$s from f.%2$s f where f.%1$s is not null and not exists (select from f.%1$s p where p.code = f.%1$s)"
                        .formatted(parent, mode.table())))
            .as("orphans of %s in %s", parent, mode.table())
            .isEmpty();
      }
    }
    state
        .assertThat(
            rows(
                "select concat_ws('|', domain, file_name, line, reason_code, state) from refkeeper.quarantine"))
        .as("quarantine")
        .containsExactlyInAnyOrderElementsOf(world.model.quarantine());
    checkParents(state);
    checkLedger(state);
    checkMessages(state);
    checkQuality(state);
    checkFiles(state);
    assertThatNoSessionIsLeftOpen();
    state.assertAll();
  }

  /** What looks for rows to release, behind a load, may still be in a transaction. */
  private void assertThatNoSessionIsLeftOpen() {
    await()
        .atMost(Lane.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        rows(
                            "select state || ' ' || query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'"))
                    .as("sessions left open")
                    .isEmpty());
  }

  private static String factSql(Mode mode) {
    return """
        select day || '|' || coalesce(item, 'null') || '|' || coalesce(plan, 'null') || '|' ||
               coalesce(branch, 'null') || '|' || amount || '|' || coalesce(note, 'null')
        from f.%s
        """
        .formatted(mode.table());
  }

  private void checkParents(SoftAssertions state) {
    if (world.parentsAreDeleted()) {
      return; // who is there then is chance; that no fact is an orphan is not
    }
    state
        .assertThat(
            rows(
                """
                select 'plan ' || code as p from f.plan where _source = 'auto_derived'
                union all select 'branch ' || code from f.branch where _source = 'auto_derived'
                """))
        .as("derived parents")
        .isEqualTo(world.model.derived());
    state
        .assertThat(
            rows(
                "select table_name || ' ' || key[1] from refkeeper.derived_record where state = 'pending'"))
        .as("records of derived parents")
        .isEqualTo(world.model.derived());
    state
        .assertThat(
            rows(
                "select table_name || ' ' || key[1] from refkeeper.audit_log where run_kind = 'load'"))
        .as("audit of derived parents")
        .isEqualTo(world.model.derived());
  }

  private void checkLedger(SoftAssertions state) {
    Map<String, String> expected = new TreeMap<>();
    world
        .model
        .outcomes()
        .forEach(
            (file, outcome) -> {
              if (!outcome.status().equals("duplicate")) {
                expected.put(file, outcome.status());
              }
            });
    state
        .assertThat(rows("select file_name || '|' || status from refkeeper.load_run"))
        .as("ledger")
        .containsExactlyInAnyOrderElementsOf(
            expected.entrySet().stream().map(e -> e.getKey() + "|" + e.getValue()).toList());
    state
        .assertThat(
            rows(
                "select domain || ' ' || sha256 from refkeeper.load_run where is_current group by domain, sha256 having count(*) > 1"))
        .as("current rows of one content")
        .isEmpty();
    state
        .assertThat(
            rows(
                "select delivery_id::text from refkeeper.load_run group by delivery_id, domain having count(*) > 1"))
        .as("ledger rows of one delivery")
        .isEmpty();
  }

  private void checkMessages(SoftAssertions state) {
    List<String> expected = new ArrayList<>();
    world
        .model
        .outcomes()
        .forEach(
            (file, outcome) -> {
              if (outcome.event() != null) {
                expected.add(outcome.event() + " email " + file);
                expected.add(outcome.event() + " webhook " + file);
              }
            });
    Map<String, String> byId =
        world
            .jdbc
            .queryForList(
                "select message_id::text as id, event || ' ' || transport || ' ' || subject as text from refkeeper.outbox where event not like 'sync%' and event not like 'threshold%' and event <> 'rows_released'")
            .stream()
            .collect(toMap(row -> (String) row.get("id"), row -> (String) row.get("text")));
    List<String> messages =
        byId.values().stream()
            .map(text -> text.replaceFirst("(\\S+ \\S+) .*?([a-z0-9_-]+\\.csv).*", "$1 $2"))
            .toList();
    if (world.parentsAreDeleted()) {
      return; // whether a file derives anything is chance, too
    }
    state
        .assertThat(messages)
        .as("messages in the outbox")
        .containsExactlyInAnyOrderElementsOf(expected);
    Set<String> received = new HashSet<>(Receivers.messageIds());
    state.assertThat(received).as("messages received").containsAll(byId.keySet());
  }

  /** The figures follow from loads and syncs alone; each crossing was told once, to everybody. */
  private void checkQuality(SoftAssertions state) {
    if (world.parentsAreDeleted()) {
      return;
    }
    state
        .assertThat(rows("select table_name || ' ' || auto_derived from refkeeper.quality_latest"))
        .as("derived rows in the quality figures; others are made and deleted by hand, too")
        .isSubsetOf(
            rows(
                """
                select 'plan ' || count(*) filter (where _source = 'auto_derived') from f.plan
                union all
                select 'branch ' || count(*) filter (where _source = 'auto_derived') from f.branch
                """));
    state
        .assertThat(
            rows(
                """
                select concat_ws(' ', 'crossed', t ->> 'alert', t ->> 'table')
                from refkeeper.outbox, jsonb_array_elements(payload -> 'data' -> 'crossed') t
                where transport = 'webhook' and event like 'threshold%'
                union all
                select concat_ws(' ', 'recovered', t ->> 'alert', t ->> 'table')
                from refkeeper.outbox, jsonb_array_elements(payload -> 'data' -> 'recovered') t
                where transport = 'webhook' and event like 'threshold%'
                """))
        .as("thresholds told")
        .isEqualTo(
            rows(
                """
                select concat_ws(' ', what, alert, nullif(table_schema || '.' || table_name, '.'))
                from refkeeper.quality_alert,
                     unnest(case when recovered_at is null then '{crossed}'
                                 else '{crossed,recovered}'::text[] end) what
                """));
  }

  private void checkFiles(SoftAssertions state) {
    Map<String, Outcome> outcomes = world.model.outcomes();
    for (FactFile file : world.dropped) {
      Outcome outcome = outcomes.get(file.name());
      String folder = outcome.status().equals("rejected") ? "rejected" : "archive";
      List<String> places = new ArrayList<>();
      for (String place : List.of("inbox", "work", "archive", "rejected")) {
        for (String found : files(place)) {
          if (found.endsWith(file.name())) {
            places.add(place);
            state
                .assertThat(content(world.home.resolve(place).resolve(found)))
                .as("content of " + found)
                .isEqualTo(file.text());
          }
        }
      }
      state.assertThat(places).as("places of " + file.name()).containsExactly(folder);
      state
          .assertThat(files(folder).stream().filter(f -> f.endsWith(file.name() + ".report.json")))
          .as("reports of " + file.name())
          .hasSize(1);
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> rows(String sql) {
    return world.jdbc.queryForList(sql, String.class).stream().sorted().toList();
  }

  /** The files below a folder, by their path in it. */
  private List<String> files(String folder) {
    Path root = world.home.resolve(folder);
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(f -> root.relativize(f).toString()).toList();
    } catch (IOException | UncheckedIOException e) {
      return files(folder); // moved away while we looked
    }
  }
}
