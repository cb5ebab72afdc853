package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that a run leaves as they were, because another failed or too much is gone. */
class LeftBehindTest extends BadSourceFixture {

  @Test
  void aDependentOfAFailedTableIsSkippedAndSaysSo() throws Exception {
    fixture.legacy("delete from org", "insert into plan values ('A', 'a', null, '1', null)");
    merge();
    fixture.table("org", SyncStrategy.MERGE).add().start();

    List<TableReport> tables = fixture.sync().tables();

    assertThat(tables).extracting(TableReport::status).containsExactly("failed", "skipped");
    assertThat(texts(tables.get(1)))
        .containsExactly(
            "public.plan: Skipped: it depends on org, which did not get through - Put that right first; the table is as it was");
    assertUntouched();
    assertThat(
            fixture.rows(
                "select table_name || ' ' || status from refkeeper.sync_table_run order by id"))
        .containsExactly("org failed", "plan skipped");
    assertThat(fixture.told()).containsExactly("public.org failed, public.plan skipped");
  }

  @Test
  void underAbortTheRestOfTheRunIsSkipped() throws Exception {
    fixture.sql.execute("alter table plan drop column org");
    fixture.legacy("delete from org", "insert into plan values ('A', 'a', null, '1', null)");
    fixture.continueOnFailure = false;
    fixture.table("org", SyncStrategy.MERGE).add();
    merge().start();

    List<TableReport> tables = fixture.sync().tables();

    assertThat(tables).extracting(TableReport::status).containsExactly("failed", "skipped");
    assertThat(tables.get(1).errors()).extracting(Problem::code).containsExactly("run_aborted");
    assertUntouched();
  }

  @Test
  void aSourceThatLostTooMuchIsHeldUntilReleased() throws Exception {
    fixture.legacy("insert into plan (code) values ('A'), ('B'), ('C'), ('D')");
    fixture.table("plan", SyncStrategy.FULL_REPLACE).maxShrink(0.2).add().start();
    fixture.one("plan");
    fixture.legacy("delete from plan where code in ('A', 'B')");

    TableReport held = fixture.one("plan");

    assertThat(held.status()).isEqualTo("held");
    assertThat(texts(held))
        .containsExactly(
            "public.plan: The source no longer has 2 of the 4 keys it delivered (50%); max_shrink allows 20%"
                + " - Look at the source; if this is right, run: refkeeper sync plan --force; nothing was written");
    assertThat(fixture.told()).containsExactly("public.plan held");
    assertThat(fixture.rows("select code from plan")).hasSize(5);

    TableReport released =
        fixture.run(SyncRequest.manual(List.of("plan"), false, true)).tables().get(0);
    assertThat(released.deleted()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(SyncStrategy.class)
  void whatIsGoneCountsOnceTowardsMaxShrink(SyncStrategy strategy) throws Exception {
    fixture.legacy("insert into plan (code) values ('A'), ('B'), ('C'), ('D')");
    fixture.sql.execute("create table fact (plan text references plan)");
    fixture.table("plan", strategy).maxShrink(0.4).add().start();
    fixture.one("plan");
    fixture.sql.execute("insert into fact values ('A'), ('B')");
    fixture.legacy("delete from plan where code in ('A', 'B')");
    assertThat(fixture.one("plan").status()).isEqualTo("held");
    fixture.run(SyncRequest.manual(List.of("plan"), false, true));

    assertThat(fixture.one("plan").status()).as("released yesterday").isEqualTo("unchanged");

    fixture.legacy("delete from plan where code = 'C'");
    assertThat(texts(fixture.one("plan")).get(0))
        .startsWith("public.plan: The source no longer has 1 of the 2 keys it delivered (50%)");
  }
}
