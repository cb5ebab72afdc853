package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys of several columns and types, keys that differ only by case, hierarchies, watermarks. */
class KeysTest {

  @Test
  void keysAreComparedByTheirTypeAndCollation() throws Exception {
    try (SyncFixture fixture =
        new SyncFixture(
            "create collation blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
            "create table plan (code text collate blind, part int, day timestamptz, data bytea, primary key (code, part, day)"
                + SyncFixture.TRACKING
                + ")",
            "insert into plan values ('abc', 7, '2025-10-31 08:00+08', null, 'auto_derived', true)")) {
      fixture.legacy(
          "create table plan (`the code` varchar(20), part varchar(9), day datetime, data blob)",
          "insert into plan values ('ABC', '007', '2025-10-31 08:00:00', x'00ff'), ('x\\ty\\\\z', '1', '2025-01-01', null)");
      fixture
          .table("plan", SyncStrategy.FULL_REPLACE)
          .key("code", "part", "day")
          .columns(Map.of("the code", "code", "part", "part", "day", "day", "data", "data"))
          .add()
          .start();

      TableReport first = fixture.one("plan");

      assertThat(first.errors()).isEmpty();
      assertThat(first.promoted()).isEqualTo(1);
      assertThat(first.inserted()).isEqualTo(1);
      assertThat(
              fixture.rows(
                  "select code || part || coalesce(data::text, '') from plan order by part desc"))
          .containsExactly("abc7\\x00ff", "x\ty\\z1");
      assertThat(fixture.one("plan").status()).isEqualTo("unchanged");
      assertThat(
              fixture.rows("select key[1] || '|' || key[2] from refkeeper.source_key order by 1"))
          .containsExactly("abc|7", "x\ty\\z|1");

      fixture.legacy("insert into plan values ('aBc', '7', '2025-10-31 08:00:00', null)");
      assertThat(fixture.one("plan").errors())
          .extracting(p -> p.code())
          .containsExactly("duplicate_key");
    }
  }

  @Test
  void aHierarchyIsInsertedWholeAndTakenFromItsLeaves() throws Exception {
    try (SyncFixture fixture =
        new SyncFixture(
            "create table org (code text primary key, parent text references org"
                + SyncFixture.TRACKING
                + ")")) {
      fixture.legacy(
          "create table org (code varchar(9), parent varchar(9))",
          "insert into org values ('leaf', 'mid'), ('mid', 'top'), ('top', null), ('self', 'self'), ('other', null)");
      fixture.table("org", SyncStrategy.FULL_REPLACE).add().start();
      assertThat(fixture.one("org").inserted()).isEqualTo(5);
      fixture.legacy("delete from org where code <> 'other'");

      TableReport report = fixture.one("org");

      assertThat(report.errors()).isEmpty();
      assertThat(report.deleted()).isEqualTo(4);
      assertThat(fixture.rows("select code from org")).containsExactly("other");
    }
  }

  @Test
  void referencesFromPartitionedTablesInOtherSchemasCount() throws Exception {
    try (SyncFixture fixture =
        new SyncFixture(
            "create table org (code text primary key, id int unique" + SyncFixture.TRACKING + ")",
            "create schema \"事实\"",
            "create table \"事实\".\"规模\" (month int, org_id int references public.org (id) on delete cascade) partition by list (month)",
            "create table \"事实\".p1 partition of \"事实\".\"规模\" for values in (1)")) {
      fixture.legacy(
          "create table org (code varchar(9), id int)",
          "insert into org values ('A', 1), ('B', 2), ('C', 3)");
      fixture.table("org", SyncStrategy.FULL_REPLACE).add().start();
      fixture.one("org");
      fixture.sql.execute("insert into \"事实\".\"规模\" values (1, 2)");
      fixture.legacy("delete from org where code in ('A', 'B')");

      TableReport report = fixture.one("org");

      assertThat(report.deleted()).isEqualTo(1);
      assertThat(report.retained()).isEqualTo(1);
      assertThat(fixture.rows("select org_id::text from \"事实\".\"规模\"")).containsExactly("2");
    }
  }

  @Test
  void anIncrementalColumnFetchesWhatChangedWithTenMinutesOverlap() throws Exception {
    try (SyncFixture fixture =
        new SyncFixture(
            "create table plan (code text primary key, name text" + SyncFixture.TRACKING + ")")) {
      fixture.legacy(
          "create table plan (code varchar(9), name varchar(9), changed datetime)",
          "insert into plan values ('A', 'a', '2025-10-01 10:00:00'), ('B', 'b', '2025-10-01 12:00:00'), ('C', 'c', '2025-10-01 11:55:00')");
      fixture.table("plan", SyncStrategy.MERGE).incremental("changed").add().start();
      assertThat(fixture.one("plan").fetched()).isEqualTo(3);
      fixture.legacy(
          "update plan set name = 'a2', changed = '2025-10-01 13:00:00' where code = 'A'");

      TableReport second = fixture.one("plan");

      assertThat(second.errors()).isEmpty();
      assertThat(second.fetched()).as("A, and by the overlap B and C").isEqualTo(3);
      assertThat(second.updated()).isEqualTo(1);
      assertThat(fixture.one("plan").fetched()).as("A only").isEqualTo(1);
      assertThat(fixture.rows("select watermark from refkeeper.sync_table_run order by id"))
          .containsExactly("2025-10-01 12:00:00", "2025-10-01 13:00:00", "2025-10-01 13:00:00");
      fixture.legacy("delete from plan");
      assertThat(fixture.one("plan").status())
          .as("nothing new is no empty source")
          .isEqualTo("unchanged");
    }
  }

  @Test
  void aRowThatWasLeftOutIsAskedForAgainAlthoughItHasNotChanged() throws Exception {
    try (SyncFixture fixture =
        new SyncFixture(
            "create table org (code text primary key" + SyncFixture.TRACKING + ")",
            "create table plan (code text primary key, org text references org"
                + SyncFixture.TRACKING
                + ")")) {
      fixture.legacy(
          "create table plan (code varchar(9), org varchar(9), changed datetime)",
          "insert into plan values ('A', 'O', '2025-10-01 10:00:00'), ('B', null, '2025-10-01 12:00:00')");
      fixture.table("plan", SyncStrategy.MERGE).incremental("changed").skipBadRows().add().start();
      assertThat(fixture.one("plan").inserted()).as("A's parent is missing").isEqualTo(1);
      fixture.sql.update("insert into org values ('O')");

      assertThat(fixture.one("plan").inserted()).isEqualTo(1);
      assertThat(fixture.one("plan").fetched()).as("from now on by the overlap").isEqualTo(1);
    }
  }
}
