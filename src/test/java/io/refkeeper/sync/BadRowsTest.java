package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of a legacy source that cannot be used are named, or left out; zero dates are none. */
class BadRowsTest extends BadSourceFixture {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyBadRowIsNamedByKeyColumnAndValue(boolean asOnPostgres15) throws Exception {
    fixture.legacy(
        "insert into plan values ('A', 'much too long', null, '7', null), (null, 'x', null, null, null),"
            + " ('  ', 'y', null, null, null), ('B', 'b1', null, null, null), ('B', 'b2', null, null, null),"
            + " ('C', 'c', null, 'seven', null), ('D', 'd', null, '8', 'NOPE'), ('E', 'e', null, '9', null)");
    merge()
        .start(
            beans -> beans.put("syncValidation", new Validation(fixture.target, asOnPostgres15)));

    String remedy = " - Correct the source, or set on_bad_row: skip; nothing was written";
    assertThat(texts(failed()))
        .containsExactly(
            "public.plan: 1 row: the value does not fit column name character varying(5) (row 1: key A has 'much too long')"
                + remedy,
            "public.plan: 1 row: the key column code is NULL (row 2: NULL)" + remedy,
            "public.plan: 1 row: the key column code is blank (row 3: blank)" + remedy,
            "public.plan: 2 rows: the key occurs more than once (row 4: key B; row 5: key B)"
                + remedy,
            "public.plan: 1 row: the value does not fit column members integer (row 6: key C has 'seven')"
                + remedy,
            "public.plan: 1 row: the parent that org names does not exist (row 7: key D has 'NOPE')"
                + remedy);
  }

  /** A cast would cut them off without a word; those that fit, all the same, stay good. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void valuesThatACastWouldCutAreNamed(boolean asOnPostgres15) throws Exception {
    fixture.sql.execute(
        "create domain short as varchar(2);"
            + " alter table plan add fixed char(2), add bits bit(2), add list varchar(2)[], add shorter short");
    fixture.legacy(
        "alter table plan add fixed text, add bits text, add list text, add shorter text",
        "insert into plan (code, name, fixed, bits, list, shorter) values"
            + " ('GOOD', 'five5  ', 'AB  ', '10', '{AB}', 'AB'), ('FIXED', null, 'ABC', null, null, null),"
            + " ('BITS', null, null, '101', null, null), ('LIST', null, null, null, '{AB,ABC}', null),"
            + " ('SHORT', null, null, null, null, 'ABC')");
    merge()
        .start(
            beans -> beans.put("syncValidation", new Validation(fixture.target, asOnPostgres15)));

    assertThat(texts(failed()))
        .extracting(text -> text.replaceAll(".*column (.*\\)) - .*", "$1"))
        .containsExactly(
            "fixed character(2) (row 2: key FIXED has 'ABC')",
            "bits bit(2) (row 3: key BITS has '101')",
            "list character varying(2)[] (row 4: key LIST has '{AB,ABC}')",
            "shorter short (row 5: key SHORT has 'ABC')");
  }

  @Test
  void badRowsAreLeftOutIfAskedAndNeverCountAsGone() throws Exception {
    fixture.legacy(
        "insert into plan values ('A', 'a', null, '1', null), ('B', 'b', null, '2', null), ('C', 'c', null, null, null)");
    fixture.table("plan", SyncStrategy.FULL_REPLACE).skipBadRows().add().start();
    assertThat(fixture.one("plan").inserted()).isEqualTo(3);
    fixture.legacy(
        "update plan set members = 'two' where code = 'B'", "delete from plan where code = 'C'");

    TableReport report = fixture.one("plan");

    assertThat(report.status()).isEqualTo("ok");
    assertThat(report.deleted()).as("C").isEqualTo(1);
    assertThat(report.unchanged()).as("A").isEqualTo(1);
    assertThat(texts(report))
        .containsExactly(
            "public.plan: 1 row: the value does not fit column members integer (row 2: key B has 'two')"
                + " - Correct the source; these rows were left out");
    assertThat(fixture.rows("select code from plan order by 1")).containsExactly("A", "B", "OLD");
    assertThat(fixture.rows("select skipped_rows::text from refkeeper.sync_table_run order by id"))
        .containsExactly("0", "1");

    fixture.legacy(
        "delete from plan where code = 'A'",
        "insert into plan values (null, 'who', null, null, null)");
    assertThat(fixture.one("plan").deleted()).as("an unreadable key may be any key").isZero();
  }

  @Test
  void zeroDatesBecomeNullAndAreCounted() throws Exception {
    fixture.legacy(
        "set sql_mode = ''",
        "insert into plan values ('A', 'a', '0000-00-00', null, null), ('B', 'b', '2025-10-00', null, null), ('C', 'c', '2025-10-31', null, null)");
    merge().start();

    assertThat(fixture.one("plan").inserted()).isEqualTo(3);
    assertThat(
            fixture.rows(
                "select code || coalesce(since::text, ' NULL') from plan where code <> 'OLD' order by 1"))
        .containsExactly("A NULL", "B NULL", "C2025-10-31");
    assertThat(fixture.rows("select zero_dates::text from refkeeper.sync_table_run"))
        .containsExactly("2");
  }
}
