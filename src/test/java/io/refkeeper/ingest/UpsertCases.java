package io.refkeeper.ingest;

import static io.refkeeper.ingest.LoadModeTest.fixture;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Upsert, over the tables of {@link LoadModeTest}: the last row of a key wins. */
interface UpsertCases {

  @Test
  default void ofRowsWithOneKeyTheLastOneWins() {
    FileResult result =
        fixture.ingest(
            "upserted-1.csv",
            "day,code,grade,amount",
            "2025-01-01,k,good,1",
            "2025-01-01,K,poor,2", // the same key for the database
            "2025-01-02,k,good,3",
            "2025-01-02,,good,4", // no key at all
            "2025-01-03,k,none,5", // no such grade
            "2025-01-04,k,good,5000"); // a CHECK

    assertThat(result.reasons()).isEmpty();
    LoadResult load = result.loads().get(0);
    assertThat(load.rowsReplaced()).isZero();
    assertThat(
            fixture.rows("select day, code, grade, amount, loaded_by from m.upserted order by 1"))
        .containsExactly(
            "2025-01-01|K|poor|2.00|" + load.loadRunId(),
            "2025-01-02|k|good|3.00|" + load.loadRunId());
    assertThat(
            fixture.rows(
                "select line, reason_code, original from refkeeper.quarantine where domain = 'upserted' order by 1"))
        .containsExactly(
            "2|superseded_in_file|2025-01-01,k,good,1",
            "5|null_upsert_key|2025-01-02,,good,4",
            "6|database_refused|2025-01-03,k,none,5",
            "7|check_constraint|2025-01-04,k,good,5000");

    load =
        fixture
            .ingest(
                "upserted-2.csv", "day,code,grade,amount", "2025-01-02,K,poor,7", "2025-01-09,n,,8")
            .loads()
            .get(0);
    assertThat(load.rowsReplaced()).isEqualTo(1);
    assertThat(fixture.rows("select day, grade, amount from m.upserted order by 1"))
        .containsExactly("2025-01-01|poor|2.00", "2025-01-02|poor|7.00", "2025-01-09|null|8.00");
  }

  @Test
  default void rowsThatTheUpsertRefusesAreFoundSetWise() {
    fixture.ingest("many-0.csv", rows(0, 1_000, i -> i + "," + i + ",1,P"));
    long before = transactions();
    LoadResult load =
        fixture
            .ingest(
                "many-1.csv",
                rows(
                    0,
                    5_000,
                    i -> i + ",," + (i % 10 == 3 ? -1 : 2) + "," + (i % 10 == 4 ? "Q" : "P")))
            .loads()
            .get(0);

    assertThat(transactions() - before).as("savepoints that wrote something").isLessThan(60);
    assertThat(load.rowsLoaded()).isEqualTo(4_000);
    assertThat(load.rowsReplaced()).isEqualTo(800);
    assertThat(
            fixture.rows(
                "select reason_code, column_name, value, reason, count(*) from refkeeper.quarantine where domain = 'many' group by 1, 2, 3, 4 order by 1"))
        .containsExactly(
            "check_constraint|amount|-1|new row for relation \"many\" violates check constraint \"many_amount_check\"|500",
            "foreign_key_constraint|parent|Q|insert or update on table \"many\" violates foreign key constraint \"many_parent_fkey\"|500");
    assertThat(fixture.count("m.many where amount = 2")).isEqualTo(4_000);

    // no statement over a set foresees another unique constraint of an upsert
    load =
        fixture
            .ingest("many-2.csv", "id,other", "30000,100000", "30001,100000", "30002,")
            .loads()
            .get(0);
    assertThat(load.rowsLoaded()).isEqualTo(2);
    assertThat(
            fixture.rows(
                "select line, reason_code, reason from refkeeper.quarantine where file_name = 'many-2.csv'"))
        .containsExactly(
            "3|unique_constraint|duplicate key value violates unique constraint \"many_other_key\" (Key (other)=(100000) already exists.)");
    fixture.jdbc.execute("truncate m.many; delete from refkeeper.quarantine where domain = 'many'");
  }

  @Test
  default void whatTheUpsertRefusesIsClosedWhenItsKeyIsLoadedAnew() {
    fixture.ingest(
        "many-4.csv",
        "id,other,amount,parent",
        "1,,-1,P",
        "2,,1,P",
        "2,,2,P", // loaded: closes the line before
        "3,,3,P",
        "3,,-3,P", // refused: the line before waits, too
        "4,,4,Q",
        ",,5,P");
    assertThat(manyInQuarantine())
        .containsExactly(
            "2|check_constraint|waiting",
            "3|superseded_in_file|superseded",
            "5|superseded_in_file|waiting",
            "6|check_constraint|waiting",
            "7|foreign_key_constraint|waiting",
            "8|null_value|waiting");
    fixture.ingest("many-5.csv", "id,other,amount,parent", "1,,10,P", "3,,30,P");
    assertThat(manyInQuarantine())
        .containsExactly(
            "2|check_constraint|superseded",
            "3|superseded_in_file|superseded",
            "5|superseded_in_file|superseded",
            "6|check_constraint|superseded",
            "7|foreign_key_constraint|waiting",
            "8|null_value|waiting");
    fixture.jdbc.execute("truncate m.many; delete from refkeeper.quarantine where domain = 'many'");
  }

  private static List<String> manyInQuarantine() {
    return fixture.rows(
        "select line, reason_code, state from refkeeper.quarantine where domain = 'many' order by line");
  }

  @Test
  default void aKeyThatIsNoValueOfItsEnumerationHoldsUpNoLaterLoadAndNoRelease() {
    fixture.ingest(
        "graded-1.csv",
        "grade,amount,parent",
        "none,1,P",
        "none,2,Q",
        "poor,3,Q",
        "good,4,Q",
        "good,-5,P");
    FileResult later = fixture.ingest("graded-2.csv", "grade,amount,parent", "good,6,P");
    assertThat(later.reasons()).isEmpty();
    fixture.jdbc.update("insert into m.parent values ('Q')");
    assertThat(fixture.release()).isEqualTo(new ReleaseReport(1, 1, List.of()));

    assertThat(fixture.rows("select grade, amount from m.graded order by 1"))
        .containsExactly("good|6", "poor|3");
    assertThat(
            fixture.rows(
                "select line, state from refkeeper.quarantine where domain = 'graded' order by line"))
        .containsExactly("2|waiting", "3|waiting", "4|released", "5|superseded", "6|superseded");
    fixture.jdbc.update("delete from m.graded");
    fixture.jdbc.update("delete from m.parent where code = 'Q'");
  }

  @Test
  default void supersededRowsGoToQuarantineSomeAtATime() {
    LoadResult load =
        fixture
            .ingest( // the last row of the key is refused, so nothing closes the others
                "many-3.csv",
                rows(0, 2_502, i -> i == 2_501 ? "2,,7,P" : "1,," + (i == 2_500 ? -1 : i) + ",P"))
            .loads()
            .get(0);

    assertThat(load.rowsQuarantined()).isEqualTo(2_501);
    assertThat(fixture.rows("select id, amount from m.many")).containsExactly("2|7");
    assertThat(
            fixture.rows(
                "select count(*), count(distinct cmin::text) from refkeeper.quarantine where domain = 'many'"))
        .as("rows, and statements that wrote them")
        .containsExactly("2501|4");
    fixture.jdbc.execute("truncate m.many; delete from refkeeper.quarantine where domain = 'many'");
  }

  private static String[] rows(int from, int to, IntFunction<String> row) {
    return Stream.concat(
            Stream.of("id,other,amount,parent"), IntStream.range(from, to).mapToObj(row))
        .toArray(String[]::new);
  }

  /** Transactions and subtransactions of the server so far. */
  private static long transactions() {
    return fixture.jdbc.queryForObject(
        "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint", Long.class);
  }
}
