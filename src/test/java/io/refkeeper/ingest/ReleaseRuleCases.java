package io.refkeeper.ingest;

import static io.refkeeper.ingest.ReleaseTest.fixture;
import static io.refkeeper.ingest.ReleaseTest.items;
import static io.refkeeper.ingest.ReleaseTest.quarantine;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which of the rows that wait, over the tables of {@link ReleaseTest}, are loaded: none over a
 * later load, none that is refused, and no other is held up by them.
 */
interface ReleaseRuleCases {

  @Test
  default void aReleaseAddsToItsScopeAndNeverToOneThatWasLoadedAnew() {
    fixture.ingest(
        "monthly1.csv",
        "month,item,n",
        "2025-01-01,A,1",
        "2025-01-01,X,2",
        "2025-02-01,A,3",
        "2025-02-01,X,4");
    fixture.ingest("monthly2.csv", "month,item,n", "2025-01-01,B,5");
    items("X");

    assertThat(fixture.release().rowsReleased()).isEqualTo(1);
    assertThat(fixture.rows("select month, item, n from r.monthly order by n"))
        .containsExactly("2025-02-01|A|3", "2025-02-01|X|4", "2025-01-01|B|5");
    assertThat(quarantine()).containsExactly("3|unknown_key|superseded", "5|unknown_key|released");
  }

  @Test
  default void anUpsertIsReleasedOverEarlierRowsAndNeverOverLaterOnes() {
    fixture.ingest("stock0.csv", "shelf,item,n", "1,A,10", "2,A,20", "4,A,40");
    fixture.ingest(
        "stock1.csv",
        "shelf,item,n",
        "1,X,11", // nobody writes shelf 1 later: over stock0's
        "2,X,21", // stock2 writes shelf 2 later
        "3,X,31", // a later line of this file has shelf 3
        "3,B,32",
        "4,B,41",
        "4,X,42", // the last line of this file
        "5,X,51", // the later of two that wait counts
        "5,X,52");
    fixture.ingest("stock2.csv", "shelf,item,n", "2,B,22");
    assertThat(quarantine())
        .containsExactly(
            "2|unknown_key|waiting",
            "3|unknown_key|superseded",
            "4|unknown_key|superseded",
            "7|unknown_key|waiting",
            "8|unknown_key|waiting",
            "9|unknown_key|waiting");
    items("X");
    fixture.release();

    assertThat(fixture.rows("select shelf, item, n from r.stock order by shelf"))
        .containsExactly("1|X|11", "2|B|22", "3|B|32", "4|X|42", "5|X|52");
    assertThat(fixture.count("refkeeper.quarantine where state = 'released'")).isEqualTo(3);
    assertThat(fixture.rows("select n from r.stock where shelf = 5")).containsExactly("52");
    fixture.release();
    assertThat(fixture.rows("select shelf, n from r.stock where shelf > 3 order by shelf"))
        .containsExactly("4|42", "5|52");
  }

  @Test
  default void aScopeThatOnlyTheDatabaseHoldsEqualIsLoadedAnewAllTheSame() {
    fixture.ingest(
        "region1.csv", "region,item,n", "North,A,1", "North,X,2", "South,X,3", "South,A,5");
    fixture.ingest("region2.csv", "region,item,n", "NORTH,B,4");
    items("X");
    fixture.release();
    assertThat(fixture.rows("select region, item, n from r.regional order by n"))
        .containsExactly("South|X|3", "NORTH|B|4", "South|A|5");
    assertThat(quarantine()).containsExactly("3|unknown_key|superseded", "4|unknown_key|released");
    assertThat(fixture.rows("select is_current from refkeeper.load_run order by id"))
        .as("to go back to the first version is no duplicate")
        .containsExactly("f", "t");
  }

  @Test
  default void aRowThatFailsForAnotherReasonWaitsOnWithThatReasonAndIsNotTriedAgain() {
    fixture.ingest("sale1.csv", "item,shop,n", "X,1,1", "X,1,100", "A,1,3");
    items("X");

    assertThat(fixture.release()).isEqualTo(new ReleaseReport(1, 1, List.of()));
    assertThat(quarantine())
        .containsExactly("2|unknown_key|released", "3|check_constraint|waiting");
    assertThat(fixture.rows("select body from refkeeper.outbox where event = 'rows_released'"))
        .singleElement()
        .asString()
        .contains("sale: 1 row loaded, from 1 file")
        .contains("1 row waits on, for another reason")
        .contains("check_constraint");
    assertThat(fixture.release()).isEqualTo(ReleaseReport.NOTHING);
    assertThat(fixture.rows("select rows_released, rows_refused from refkeeper.release_run"))
        .containsExactly("1|1");
  }

  @Test
  default void howeverManyDifferentKeysAreWaitedForTheOneThatComesIsFound() {
    fixture.ingest("sale1.csv", "item,shop,n", "A,1,1");
    fixture.jdbc.update(
        """
        insert into refkeeper.quarantine
          (load_run_id, domain, file_name, line, reason_code, reason, original, fields, keys)
        select l.id, 'sale', 'sale1.csv', n + 10, 'unknown_key', 'r', '',
          jsonb_build_object('item', 'K' || n, 'shop', '1', 'n', '1'),
          jsonb_build_object('fk_item', array['K' || n], 'fk_shop', array['1'])
        from refkeeper.load_run l, generate_series(1, ?) n
        """,
        WaitingRows.KINDS - 1);
    for (int more = 0; more < 2; more++) {
      String last =
          fixture.jdbc.queryForObject(
              """
              select keys -> 'fk_item' ->> 0 from refkeeper.quarantine where state = 'waiting'
              order by jsonb_hash_extended(keys, 0) desc limit 1
              """,
              String.class);
      assertThat(fixture.release()).isEqualTo(ReleaseReport.NOTHING);
      items(last);
      assertThat(fixture.release().rowsReleased()).as(last).isEqualTo(1);
      fixture.jdbc.update(
          """
          insert into refkeeper.quarantine
            (load_run_id, domain, file_name, line, reason_code, reason, original, fields, keys)
          select l.id, 'sale', 'sale1.csv', n + 100000, 'unknown_key', 'r', '',
            jsonb_build_object('item', 'L' || n, 'shop', '1', 'n', '1'),
            jsonb_build_object('fk_item', array['L' || n], 'fk_shop', array['1'])
          from refkeeper.load_run l, generate_series(1, 20) n
          """);
    }
  }

  @Test
  default void aDomainWhoseRowsCannotBeReadAnyMoreHoldsUpNoOther() {
    fixture.ingest("sale1.csv", "item,shop,n", "X,1,1", "A,1,2");
    fixture.ingest("monthly1.csv", "month,item,n", "2025-01-01,X,1", "2025-01-01,A,2");
    fixture.jdbc.update("update refkeeper.load_run set header = '{wrong}' where domain = 'sale'");
    items("X");
    ReleaseReport report = fixture.release();
    assertThat(report.rowsReleased()).isEqualTo(1);
    assertThat(report.problems()).extracting(problem -> problem.code()).contains("missing_column");
    assertThat(fixture.count("r.monthly where item = 'X'")).isEqualTo(1);
    assertThat(fixture.count("refkeeper.quarantine where state = 'waiting'")).isEqualTo(1);
  }

  @Test
  default void aDomainWhoseKeysCannotBeComparedAnyMoreHoldsUpNoOther() {
    fixture.ingest("sale1.csv", "item,shop,n", "X,1,1", "A,1,2");
    fixture.ingest("monthly1.csv", "month,item,n", "2025-01-01,X,1", "2025-01-01,A,2");
    // as if the column had been a text when the row was read
    fixture.jdbc.update(
        "update refkeeper.quarantine set keys = '{\"fk_shop\": [\"one\"]}' where domain = 'sale'");
    items("X");
    ReleaseReport report = fixture.release();
    assertThat(report.rowsReleased()).isEqualTo(1);
    assertThat(report.problems())
        .singleElement()
        .asString()
        .contains("sale: Rows of sale that wait for a parent could not be looked at")
        .contains("\"one\"")
        .contains("they wait on");
  }
}
