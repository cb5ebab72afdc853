package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.problem.Problem;
import org.junit.jupiter.api.Test;

/** Values of MySQL's types arrive as they are, or are refused by name. */
class ColumnTypesTest {

  @Test
  void valuesOfEveryTypeArriveAsTheyAre() throws Exception {
    try (SyncFixture fixture =
        new SyncFixture(
            """
            create table plan (code text primary key, "order" text, data bytea, fixed bytea, flag boolean, bits int,
              doc jsonb, kind text, kinds text, amount numeric(20, 6), ratio double precision, at timestamp(6),
              stamp timestamptz, day date, clock time, year int, big numeric, tiny smallint%s)
            """
                .formatted(SyncFixture.TRACKING))) {
      fixture.legacy(
          """
          create table plan (code varchar(20) primary key, `order` text, data longblob, fixed binary(2), flag bit(1), bits bit(12),
            doc json, kind enum('企年','职年'), kinds set('a','b'), amount decimal(20,6), ratio double, at datetime(6),
            stamp timestamp null, day date, clock time, year year, big bigint unsigned, tiny tinyint(1))
          """,
          "set time_zone = '+00:00'",
          """
          insert into plan values ('计划🚀', 'tab\\t, back\\\\slash, \\r\\nline, "quote" and \\\\N', x'00ff5c', x'0102', b'1', b'101000000001',
            '{"a": [1, "é"]}', '职年', 'a,b', -12345678901234.567891, 0.1, '2025-10-31 23:59:59.123456',
            '2025-10-31 16:00:00', '2025-10-31', '12:34:56', 2025, 18446744073709551615, 7)
          """,
          "insert into plan (code) values ('\\\\N')");
      fixture.table("plan", SyncStrategy.FULL_REPLACE).add().start();

      assertThat(fixture.one("plan").errors()).isEmpty();
      assertThat(fixture.one("plan").status()).as("the second time").isEqualTo("unchanged");
      assertThat(
              fixture.rows(
                  """
                  select concat_ws('|', code, "order", data, fixed, flag, bits, doc, kind, kinds, amount, ratio, at,
                    stamp at time zone 'UTC', day, clock, year, big, tiny) from plan order by amount nulls last
                  """))
          .containsExactly(
              "计划🚀|tab\t, back\\slash, \r\nline, \"quote\" and \\N|\\x00ff5c|\\x0102|t|2561|{\"a\": [1, \"é\"]}|职年|a,b"
                  + "|-12345678901234.567891|0.1|2025-10-31 23:59:59.123456|2025-10-31 16:00:00|2025-10-31|12:34:56"
                  + "|2025|18446744073709551615|7",
              "\\N");
    }
  }

  @Test
  void columnsMayBeNamedAsRefkeepersStatementsNameTheirs() throws Exception {
    String columns =
        "(key varchar(9) primary key, line int, t text, r text, c text, d text, k text, a text, action text, code text, value text, before text, after text%s)";
    try (SyncFixture fixture =
        new SyncFixture(
            "create table plan " + columns.formatted(SyncFixture.TRACKING),
            "create table fact (f varchar(9) references plan)")) {
      String row = "'%s', %d, 't', 'r', 'c', 'd', 'k', 'a', 'x', 'y', 'v', 'b', 'z'";
      fixture.legacy(
          "create table plan "
              + columns
                  .formatted("")
                  .replace("before ", "`before` ")
                  .replace("after ", "`after` ")
                  .replace("key ", "`key` ")
                  .replace("primary `key` ", "primary key "),
          "insert into plan values ("
              + row.formatted("A", 1)
              + "), ("
              + row.formatted("B", 2)
              + "), ("
              + row.formatted("C", 3)
              + ")");
      fixture.table("plan", SyncStrategy.FULL_REPLACE).key("key").add().start();
      assertThat(fixture.one("plan").errors()).isEmpty();
      fixture.sql.execute("insert into fact values ('C')");
      fixture.legacy(
          "delete from plan where line > 1",
          "update plan set t = 'changed'",
          "insert into plan values (" + row.formatted("N", 9) + ")");

      TableReport second = fixture.one("plan");

      assertThat(second.errors()).extracting(Problem::code).containsExactly("retained");
      assertThat(
              fixture.rows(
                  "select action || key[1] || ' ' || coalesce(before ->> 't', '-') || ' ' || coalesce(after ->> 't', '-') || ' ' || coalesce(before ->> 'line', after ->> 'line') from refkeeper.audit_log where run_id = 2 order by 1"))
          .containsExactly(
              "deleteB t - 2", "insertN - t 9", "retainC t t 3", "updateA t changed 1");
    }
  }

  @Test
  void aNulCharacterIsNamedByItsColumn() throws Exception {
    try (SyncFixture fixture =
        new SyncFixture(
            "create table plan (code text primary key, name text" + SyncFixture.TRACKING + ")")) {
      fixture.legacy(
          "create table plan (code varchar(20), name varchar(20))",
          "insert into plan values ('A', 'a'), ('B', concat('b', char(0)))");
      fixture.table("plan", SyncStrategy.MERGE).add().start();

      assertThat(fixture.one("plan").errors())
          .extracting(Problem::toString)
          .containsExactly(
              "public.plan: 1 row: column name contains a NUL character (row 2: key B)"
                  + " - Correct the source, or set on_bad_row: skip; nothing was written");
    }
  }

  @Test
  void trailingSpacesOfKeysAreNotPartOfThemAsInMySql() throws Exception {
    try (SyncFixture fixture =
        new SyncFixture(
            "create table org (code text primary key" + SyncFixture.TRACKING + ")",
            "create table plan (code text primary key, name text, org text references org"
                + SyncFixture.TRACKING
                + ")")) {
      fixture.legacy(
          "create table org (code varchar(20) primary key)",
          "create table plan (code varchar(20) primary key, name varchar(20), org varchar(20))",
          "insert into org values ('O  ')",
          "insert into plan values ('A ', 'name ', 'O ')");
      fixture.table("org", SyncStrategy.FULL_REPLACE).add();
      fixture.table("plan", SyncStrategy.FULL_REPLACE).add().start();

      assertThat(fixture.sync().tables()).extracting(TableReport::status).containsOnly("ok");
      assertThat(fixture.rows("select concat_ws('|', code, name, org, '') from plan"))
          .containsExactly("A|name |O|");
      fixture.legacy("update plan set code = 'A'");
      assertThat(fixture.one("plan").status()).isEqualTo("unchanged");
    }
  }
}
