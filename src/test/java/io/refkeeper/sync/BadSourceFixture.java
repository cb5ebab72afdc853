package io.refkeeper.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ReferenceSource.SyncStrategy;
import io.refkeeper.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A legacy source with a table of plans and one of organisations, and what is there before. */
abstract class BadSourceFixture {

  SyncFixture fixture;

  @BeforeEach
  void tables() throws Exception {
    fixture =
        new SyncFixture(
            "create table org (code varchar(5) primary key, name text" + SyncFixture.TRACKING + ")",
            "create table plan (code varchar(5) primary key, name varchar(5), since date, members int, org varchar(5) references org"
                + SyncFixture.TRACKING
                + ")",
            "insert into plan (code, name) values ('OLD', 'old')");
    fixture.legacy(
        "set sql_mode = ''",
        "create table plan (code varchar(20), name varchar(50), since date, members varchar(20), org varchar(20))",
        "create table org (code varchar(20), name varchar(50))",
        "insert into org values ('O', 'Org')");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  TableReport failed() {
    TableReport report = fixture.one("plan");
    assertThat(report.status()).isEqualTo("failed");
    assertThat(report.inserted() + report.updated() + report.deleted()).isZero();
    assertUntouched();
    assertThat(fixture.told()).containsExactly("public.plan failed");
    assertThat(
            fixture.rows(
                "select status || ' ' || jsonb_array_length(errors) from refkeeper.sync_table_run"))
        .containsExactly("failed " + report.errors().size());
    return report;
  }

  void assertUntouched() {
    assertThat(fixture.rows("select code || ':' || name from plan")).containsExactly("OLD:old");
    assertThat(fixture.rows("select key[1] from refkeeper.source_key")).isEmpty();
  }

  SyncFixture merge() {
    return fixture.table("plan", SyncStrategy.MERGE).add();
  }

  static List<String> texts(TableReport report) {
    return report.errors().stream().map(Problem::toString).toList();
  }
}
