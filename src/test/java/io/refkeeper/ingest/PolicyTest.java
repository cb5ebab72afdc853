package io.refkeeper.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.ingest.FileResult.Reason;
import io.refkeeper.ingest.FileResult.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strategies, limits, degraded mode, aliases, and people who cannot be told at once. */
class PolicyTest {

  private static final String TABLES =
      """
      create schema p;
      create table p.item (code text primary key);
      create table p.spot (area text, item text, primary key (area, item));
      insert into p.item values ('A'), ('B');
      insert into p.spot values ('N', 'A');
      create table p.sale (item text references p.item, area text, n int, foreign key (area, item) references p.spot);
      """;

  private static final String DOMAINS =
      """
      domains:
        sale:
          files: ["sale*.csv"]
          target_schema: p
          target_table: sale
          load_mode: append
          limits: {max_unknown_ratio: 0.6, max_new_parents: 3, max_quarantined_ratio: 0.5, min_rows: 4}
          foreign_keys:
            - {name: fk_item, source_column: item, target_schema: p, target_table: item, target_key: code}
            - {name: fk_spot, source_column: [area, item], target_schema: p, target_table: spot, target_key: [area, item]}
      """;

  private static final String SOURCES =
      """
      reference_tables:
        item:
          target_schema: p
          source_type: config_file
          source_config: {file_path: items.yml, format: yaml, key_column: code}
          sync_strategy: merge
      """;

  private static final String CHANNEL =
      """
      backfill: {notification_channel: data-quality-alerts}
      notifications: {channels: {data-quality-alerts: {email: ["steward@example.com"]}}}
      """;

  @TempDir Path home;

  private IngestFixture fixture(String management) throws Exception {
    return IngestFixture.of(home, TABLES, DOMAINS, management, SOURCES);
  }

  private static void synced(IngestFixture fixture, String status) {
    fixture.jdbc.update(
        """
        with run as (insert into refkeeper.sync_run (trigger, instance) values ('manual', 'x') returning id)
        insert into refkeeper.sync_table_run (sync_run_id, table_schema, table_name, source_type, strategy, status)
        select id, 'p', 'item', 'config_file', 'merge', ? from run
        """,
        status);
    if (!List.of("ok", "unchanged").contains(status)) {
      fixture.jdbc.update(
          """
          insert into refkeeper.degraded_period (table_schema, table_name, cause, reason, began_at)
          values ('p', 'item', ?, 'why', now())
          """,
          status);
    }
  }

  private static String[] rows(String... rows) {
    return Stream.concat(Stream.of("item,area,n"), Stream.of(rows)).toArray(String[]::new);
  }

  @Test
  void overALimitTheFileIsRejectedWholeWithItsNumbers() throws Exception {
    try (IngestFixture fixture = fixture("strategy: hybrid\n" + CHANNEL)) {
      synced(fixture, "ok");

      FileResult unknown = fixture.ingest("sale1.csv", rows("A,,1", "C,,1", "D,,1", "E,,1"));
      assertThat(unknown.status()).isEqualTo(Status.REJECTED);
      assertThat(unknown.reasons())
          .containsExactly(
              new Reason(
                  "too_many_unknown_keys",
                  "sale: 3 of 4 distinct keys of fk_item have no row in p.item (75%, allowed 60%); nothing was loaded",
                  "sale1.csv",
                  "is it the right file? if it is, raise limits.max_unknown_ratio",
                  0));
      FileResult many =
          fixture.ingest("sale2.csv", rows("A,,1", "B,,1", "A,,1", "C,,1", "D,,1", "E,,1", "F,,1"));
      assertThat(many.reasons())
          .containsExactly(
              new Reason(
                  "too_many_new_parents",
                  "sale: the file would create at least 4 rows in p.item (allowed 3); nothing was loaded",
                  "sale2.csv",
                  "is it the right file? if it is, raise limits.max_new_parents",
                  0));
      FileResult bad = fixture.ingest("sale3.csv", rows("A,,x", "B,,y", "A,,z", "B,,1"));
      assertThat(bad.reasons().get(0).message())
          .isEqualTo(
              "sale: 3 of 4 rows would go to quarantine (75%, allowed 50%): 3 x bad_number"
                  + " (line 2: 'x' is no number; line 3: 'y' is no number; line 4: 'z' is no number);"
                  + " nothing was loaded");

      assertThat(fixture.count("p.sale")).isZero();
      assertThat(fixture.count("p.item")).isEqualTo(2);
      assertThat(fixture.count("refkeeper.quarantine")).isZero();
      assertThat(fixture.count("refkeeper.derived_record")).isZero();
      assertThat(fixture.count("refkeeper.audit_log")).isZero();
      assertThat(fixture.rows("select distinct status, is_current from refkeeper.load_run"))
          .containsExactly("rejected|f");
      assertThat(fixture.rows("select event, state, count(*) from refkeeper.outbox group by 1, 2"))
          .containsExactly("file_rejected|pending|3");

      // too few rows to judge by their share
      assertThat(fixture.ingest("sale4.csv", rows("C,,x", "D,,1", "E,,1")).status())
          .isEqualTo(Status.LOADED);
      assertThat(fixture.rows("select event, state from refkeeper.outbox order by id desc limit 2"))
          .containsExactly("threshold_crossed|pending", "new_derived_records|pending");
    }
  }

  @Test
  void tooManyNewParentsAreNotGatheredToTheEndOfTheFile() throws Exception {
    try (IngestFixture fixture = fixture("strategy: hybrid\n")) {
      synced(fixture, "ok");
      String wide = " ".repeat(1000); // past what is read to guess the delimiter
      String[] known =
          rows(Stream.generate(() -> "A," + wide + ",1").limit(95).toArray(String[]::new));
      String[] fresh = IntStream.range(0, 30).mapToObj(i -> "X" + i + ",,1").toArray(String[]::new);
      String[] file =
          Stream.of(known, fresh, new String[] {"\"never closed,,1"})
              .flatMap(Stream::of)
              .toArray(String[]::new);

      assertThat(fixture.ingest("sale1.csv", file).reasons())
          .extracting(Reason::message)
          .containsExactly(
              "sale: the file would create at least 5 rows in p.item (allowed 3); nothing was loaded");
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "never",
      value = {
        "failed, the last sync of p.item failed",
        "held, the last sync of p.item is held",
        "skipped, the last sync of p.item was skipped",
        "never, p.item was never synced"
      })
  void afterASyncThatDidNotSucceedTheLoadGoesOnAndSaysSo(String status, String reason)
      throws Exception {
    try (IngestFixture fixture = fixture("strategy: hybrid\n")) {
      if (status != null) {
        synced(fixture, "ok");
        synced(fixture, status);
      }
      FileResult result = fixture.ingest("sale1.csv", rows("C,,1", "D,,1", "E,,1", "F,,1", "G,,1"));

      assertThat(result.status()).isEqualTo(Status.LOADED);
      assertThat(result.degraded()).isTrue();
      assertThat(result.degradedReason()).isEqualTo(reason);
      assertThat(fixture.rows("select status, degraded from refkeeper.load_run"))
          .containsExactly("loaded|t");
      assertThat(fixture.count("p.item where _needs_review")).isEqualTo(5);
    }
  }

  @Test
  void preloadOnlyAndBackfillDisabledQuarantineWhatIsUnknown() throws Exception {
    for (String policy :
        List.of("strategy: preload_only\n", "strategy: hybrid\nbackfill: {enabled: false}\n")) {
      try (IngestFixture fixture = fixture(policy)) {
        synced(fixture, "unchanged");
        LoadResult load =
            fixture.ingest("sale1.csv", rows("A,N,1", "B,,2", "A,,3", "C,N,4")).loads().get(0);

        assertThat(List.of(load.rowsLoaded(), load.rowsQuarantined())).containsExactly(3L, 1L);
        assertThat(fixture.count("p.item")).isEqualTo(2);
        assertThat(fixture.rows("select line, reason_code, value from refkeeper.quarantine"))
            .containsExactly("5|unknown_key|C");
      }
    }
  }

  @Test
  void backfillOnlyKnowsNoLimitsAndNoSyncs() throws Exception {
    try (IngestFixture fixture = fixture("strategy: backfill_only\n")) {
      String[] many =
          rows(IntStream.range(0, 30).mapToObj(i -> "X" + i + ",N,1").toArray(String[]::new));
      FileResult result = fixture.ingest("sale1.csv", many);

      assertThat(result.status()).isEqualTo(Status.LOADED);
      assertThat(result.degraded()).isFalse();
      assertThat(fixture.count("p.item")).isEqualTo(32);
    }
  }

  @Test
  void limitsDoNotApplyWhileTheParentTableIsEmpty() throws Exception {
    try (IngestFixture fixture = fixture("strategy: hybrid\n")) {
      synced(fixture, "ok");
      fixture.jdbc.execute("delete from p.spot; delete from p.item");
      String[] many =
          rows(IntStream.range(0, 30).mapToObj(i -> "X" + i + ",,1").toArray(String[]::new));

      assertThat(fixture.ingest("sale1.csv", many).status()).isEqualTo(Status.LOADED);
    }
  }

  @Test
  void anAliasIsHonouredAlsoInColumnsThatForeignKeysShare() throws Exception {
    try (IngestFixture fixture = fixture("strategy: preload_only\n")) {
      synced(fixture, "ok");
      for (String alias :
          List.of(
              "('p', 'item', '{a}', '{A}', 'x')",
              "('p', 'item', '{B}', '{A}', 'x')", // B exists, so it is meant
              "('p', 'item', '{z}', '{GONE}', 'x')",
              "('p', 'spot', '{North,A}', '{N,A}', 'x')")) {
        fixture.jdbc.execute(
            "insert into refkeeper.key_alias (table_schema, table_name, alias, target, actor) values "
                + alias);
      }
      FileResult result =
          fixture.ingest(
              "sale1.csv", rows("a,,1", "B,,2", "z,,3", "a,N,4", "a,North,5", "A,North,6"));

      assertThat(result.reasons()).isEmpty();
      assertThat(fixture.rows("select n, item, area from p.sale order by 1"))
          .containsExactly("1|A|null", "2|B|null", "4|A|N", "5|A|N", "6|A|N");
      assertThat(fixture.rows("select line, reason_code, value from refkeeper.quarantine"))
          .containsExactly("4|unknown_key|z");
    }
  }
}
