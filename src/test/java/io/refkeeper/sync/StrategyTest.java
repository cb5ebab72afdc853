package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every cell of the table of strategies. */
class StrategyTest {

  private SyncFixture fixture;

  @BeforeEach
  void tables() throws Exception {
    fixture =
        new SyncFixture(
            "create table plan (code varchar(20) primary key, name text, kind text"
                + SyncFixture.TRACKING
                + ")",
            "create table fact (id int generated always as identity, plan varchar(20) references plan on delete cascade)");
    fixture.legacy(
        "create table plan (code varchar(20) primary key, name varchar(50), kind varchar(20))",
        "insert into plan values ('A', 'Alpha', 'x'), ('B', 'Beta', 'y'), ('G', 'Gone', 'z'), ('R', 'Referenced', 'z')");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  /** After a first sync: A changes, B stays, G and R go, N is new, D was derived here. */
  private TableReport secondSync(SyncStrategy strategy) throws Exception {
    fixture.table("plan", strategy).add().start();
    TableReport first = fixture.one("plan");
    assertThat(first.errors()).isEmpty();
    assertThat(first.inserted()).isEqualTo(4);
    fixture.sql.execute("insert into fact (plan) values ('R'), ('R')");
    fixture.sql.execute(
        "insert into plan (code, name, kind, _source, _needs_review) values ('D', 'derived', 'k', 'auto_derived', true), ('E', 'unknown there', null, 'auto_derived', true), ('H', 'by hand', null, 'authoritative', false)");
    fixture.legacy(
        "update plan set name = 'Alpha 2' where code = 'A'",
        "delete from plan where code in ('G', 'R')",
        "insert into plan values ('N', 'New', null), ('D', 'Delta', 'd')");
    return fixture.one("plan");
  }

  private void assertCounts(
      TableReport report, long inserted, long updated, long unchanged, long deleted, long kept) {
    assertThat(report.fetched()).isEqualTo(4);
    assertThat(report.inserted()).as("inserted").isEqualTo(inserted);
    assertThat(report.updated()).as("updated").isEqualTo(updated);
    assertThat(report.unchanged()).as("unchanged").isEqualTo(unchanged);
    assertThat(report.promoted()).as("promoted").isEqualTo(1);
    assertThat(report.deleted()).as("deleted").isEqualTo(deleted);
    assertThat(report.retained()).as("retained").isEqualTo(kept);
  }

  private String names() {
    return String.join(
        " ", fixture.rows("select code || ':' || name || ':' || _source from plan order by code"));
  }

  @Test
  void fullReplaceInsertsUpdatesPromotesAndDeletesWhatNothingReferences() throws Exception {
    TableReport report = secondSync(SyncStrategy.FULL_REPLACE);

    assertCounts(report, 1, 1, 1, 1, 1);
    assertThat(names())
        .isEqualTo(
            "A:Alpha 2:authoritative B:Beta:authoritative D:Delta:authoritative"
                + " E:unknown there:auto_derived H:by hand:authoritative N:New:authoritative"
                + " R:Referenced:authoritative");
    assertThat(fixture.rows("select code from plan where _needs_review order by 1"))
        .containsExactly("E", "R");
    assertThat(report.errors())
        .singleElement()
        .hasToString(
            "public.plan: 1 key is gone at the source and still referenced, or in use right now; kept and flagged for review: key (referencing rows) R (2)"
                + " - Correct the rows that name them; they are deleted by a later sync when nothing references them");
    assertThat(
            fixture.rows(
                "select action || ' ' || array_to_string(key, ',') || ' ' || actor || ' ' || run_kind from refkeeper.audit_log where run_id = 2 order by 1"))
        .containsExactly(
            "delete G sync sync",
            "insert N sync sync",
            "promote D sync sync",
            "retain R sync sync",
            "update A sync sync");
    assertThat(
            fixture.rows(
                "select before ->> 'name' || ' -> ' || (after ->> 'name') from refkeeper.audit_log where action in ('update', 'promote') order by 1"))
        .containsExactly("Alpha -> Alpha 2", "derived -> Delta");

    TableReport third = fixture.one("plan");
    assertThat(third.status()).isEqualTo("unchanged");
    assertThat(third.errors()).as("flagged once").isEmpty();
    assertThat(third.retained()).isEqualTo(1);

    fixture.sql.execute("delete from fact");
    assertThat(fixture.one("plan").deleted()).isEqualTo(1);
    assertThat(names()).doesNotContain("R:").contains("H:by hand");
  }

  @Test
  void aRetainedRowThatComesBackLosesItsFlag() throws Exception {
    secondSync(SyncStrategy.FULL_REPLACE);
    fixture.legacy("insert into plan values ('R', 'Referenced', 'z')");

    assertThat(fixture.one("plan").updated()).isEqualTo(1);
    assertThat(fixture.rows("select code from plan where _needs_review")).containsExactly("E");
  }

  @Test
  void incrementalInsertsAndPromotesAndLeavesTheRest() throws Exception {
    assertCounts(secondSync(SyncStrategy.INCREMENTAL), 1, 0, 2, 0, 0);
    assertThat(names()).contains("A:Alpha:", "G:Gone:", "R:", "N:New", "D:Delta:authoritative");
  }

  @Test
  void mergeInsertsUpdatesAndPromotesAndLeavesWhatIsGone() throws Exception {
    assertCounts(secondSync(SyncStrategy.MERGE), 1, 1, 1, 0, 0);
    assertThat(names()).contains("A:Alpha 2:", "G:Gone:", "R:");
  }

  @ParameterizedTest
  @EnumSource(SyncStrategy.class)
  void unchangedRowsAreNotWritten(SyncStrategy strategy) throws Exception {
    fixture.table("plan", strategy).add().start();
    fixture.one("plan");
    String before = String.join(" ", fixture.rows("select xmin::text || ctid from plan"));

    TableReport again = fixture.one("plan");

    assertThat(again.status()).isEqualTo("unchanged");
    assertThat(again.unchanged()).isEqualTo(4);
    assertThat(String.join(" ", fixture.rows("select xmin::text || ctid from plan")))
        .isEqualTo(before);
  }

  @Test
  void promotionClosesTheReviewAndADeliveredAliasIsRetired() throws Exception {
    fixture.sql.execute(
        """
        insert into refkeeper.load_run (delivery_id, domain, table_schema, table_name, file_name, sha256, file_bytes, status, is_current, instance)
        values (gen_random_uuid(), 'd', 'public', 'fact', 'f', 'x', 1, 'loaded', true, 'i')
        """);
    fixture.sql.execute(
        """
        insert into refkeeper.derived_record (table_schema, table_name, key, load_run_id, domain, foreign_key, file_name, first_line, fact_rows, values)
        values ('public', 'plan', '{A}', 1, 'd', 'k', 'f', 2, 1, '{}')
        """);
    fixture.sql.execute(
        "insert into plan (code, name, _source, _needs_review) values ('A', 'a', 'auto_derived', true)");
    fixture.sql.execute(
        "insert into refkeeper.key_alias (table_schema, table_name, alias, target, actor) values ('public', 'plan', '{B}', '{A}', 'ann'), ('public', 'plan', '{Z}', '{A}', 'ann')");
    fixture.table("plan", SyncStrategy.MERGE).add().start();

    assertThat(fixture.one("plan").promoted()).isEqualTo(1);
    assertThat(
            fixture.rows(
                "select state || ' ' || version || ' ' || closed_by from refkeeper.derived_record"))
        .containsExactly("superseded 2 sync");
    assertThat(
            fixture.rows(
                "select alias[1] || ' ' || (retired_at is not null) from refkeeper.key_alias order by 1"))
        .containsExactly("B true", "Z false");
    assertThat(fixture.rows("select key[1] from refkeeper.audit_log where action = 'retire_alias'"))
        .containsExactly("B");
  }

  @Test
  void aNullAtTheSourceKeepsWhatAPersonSetAndClearsWhatTheSourceHadSupplied() throws Exception {
    fixture.legacy("update plan set kind = null where code = 'A'");
    fixture.table("plan", SyncStrategy.FULL_REPLACE).add().start();
    fixture.one("plan");
    fixture.sql.execute("update plan set kind = 'by Ann' where code = 'A'");
    fixture.sql.execute(
        """
        insert into refkeeper.audit_log (table_schema, table_name, key, action, actor, run_kind, before, after)
        values ('public', 'plan', '{A}', 'update', 'ann', 'person', '{"kind": null}', '{"kind": "by Ann"}')
        """);
    fixture.legacy(
        "update plan set kind = null, name = 'Beta 2' where code = 'B'",
        "update plan set name = 'Alpha 2' where code = 'A'");

    assertThat(fixture.one("plan").updated()).isEqualTo(2);
    assertThat(fixture.one("plan").status()).isEqualTo("unchanged");
    assertThat(
            fixture.rows(
                "select code || ':' || name || ':' || coalesce(kind, 'NULL') from plan where code in ('A', 'B') order by code"))
        .containsExactly("A:Alpha 2:by Ann", "B:Beta 2:NULL");
  }

  @Test
  void aValueThatTheSourceSuppliesAfterAPersonIsTheSourcesToClear() throws Exception {
    fixture.table("plan", SyncStrategy.MERGE).add().start();
    fixture.one("plan");
    fixture.sql.execute("update plan set kind = 'mine' where code = 'A'");
    fixture.sql.execute(
        """
        insert into refkeeper.audit_log (table_schema, table_name, key, action, actor, run_kind, before, after)
        values ('public', 'plan', '{A}', 'update', 'ann', 'person', '{"kind": "x"}', '{"kind": "mine"}')
        """);
    for (String kind : java.util.List.of("'theirs'", "'mine'", "null")) {
      fixture.legacy("update plan set kind = %s where code = 'A'".formatted(kind));
      assertThat(fixture.one("plan").updated()).as(kind).isEqualTo(1);
    }
    assertThat(fixture.rows("select code from plan where kind is null")).containsExactly("A");
  }

  @Test
  void aDryRunCountsTheSameAndLeavesNothing() throws Exception {
    fixture.table("plan", SyncStrategy.FULL_REPLACE).add().start();
    fixture.one("plan");
    fixture.legacy(
        "update plan set name = 'Alpha 2' where code = 'A'", "delete from plan where code = 'G'");

    TableReport dry =
        fixture.run(SyncRequest.manual(java.util.List.of("plan"), true, false)).tables().get(0);

    assertThat(dry.errors()).isEmpty();
    assertThat(dry.updated()).isEqualTo(1);
    assertThat(dry.deleted()).isEqualTo(1);
    assertThat(dry.differences())
        .containsExactlyInAnyOrder("update A: name Alpha -> Alpha 2", "delete G");
    assertThat(names()).contains("A:Alpha:", "G:Gone");
    assertThat(fixture.rows("select count(*)::text from refkeeper.sync_run")).containsExactly("1");
    assertThat(fixture.rows("select count(*)::text from refkeeper.audit_log")).containsExactly("4");
    assertThat(fixture.one("plan").updated()).as("the real run then does it").isEqualTo(1);
  }
}
