package io.refkeeper.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.notification.Event.FileRejected;
import io.refkeeper.notification.Event.RowsQuarantined;
import io.refkeeper.notification.Event.SyncFailed;
import io.refkeeper.notification.Event.TableFailure;
import io.refkeeper.notification.LoadDigest.DerivedSample;
import io.refkeeper.notification.LoadDigest.DerivedTable;
import io.refkeeper.notification.LoadDigest.QuarantineReason;
import io.refkeeper.problem.Problem;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageTextTest {

  private static MessageText text(Event event) {
    return MessageText.of(event, ZoneId.of("Asia/Shanghai"));
  }

  @Test
  void timesAreThoseOfThePolicysTimeZoneAndSayWhich() {
    MessageText text =
        text(
            new Event.DegradedModeBegan(
                List.of(
                    new Event.DegradedTable(
                        "business.plan",
                        "failed",
                        "",
                        Instant.parse("2025-11-02T17:00:00Z"),
                        null))));
    assertThat(text.body())
        .contains("  business.plan: failed, since 2025-11-03 01:00+08\n")
        .contains("Times are those of Asia/Shanghai.\n");
  }

  @Test
  void newRecordsAreTableByTableWithTheirFirstPlaceInTheFile() {
    MessageText text = text(Samples.newPlans("25年10月年金终稿.xlsx"));
    assertThat(text.subject()).isEqualTo("refkeeper: 38 new rows in 2 tables from 25年10月年金终稿.xlsx");
    assertThat(text.body())
        .isEqualTo(
            """
            refkeeper loaded 25年10月年金终稿.xlsx
            and made the reference rows that it names and that were not there.
            They hold only what the file says: please review them.

            annuity_performance, load 12: 37,127 rows read, 37,120 loaded, 4 quarantined, 3 filtered

              37 new rows in 组合计划 (foreign key fk_plan)
                key     first seen            facts  filled in
                P0290   规模明细, line 12     1,210  计划全称=平安相伴今生企业年金集合计划, 计划类型=集合计划
                XNP512  规模明细, line 30511      3  计划类型=单一计划
                and 35 more

              1 new row in 组合 (foreign key fk_portfolio)
                key        first seen         facts  filled in
                P0290 | B  规模明细, line 12      8

              4 rows in quarantine
                rows  code       reason
                   3  bad_date   The value is no date
                   1  blank_key  The key 机构代码 is blank

            annuity_income, load 13: 900 rows read, 900 loaded, 0 quarantined, 0 filtered

            What to do now
              See the new rows:         refkeeper review list --load 12
              Its source knows it now:  refkeeper sync
              A key is a typing error:  correct the file, and deliver it again
              See the quarantined rows, in SQL:
                select line, column_name, value, reason from refkeeper.quarantine
                where state = 'waiting' and load_run_id = 12 order by line

            Delivery 3f0c7a52-6f0e-4f4e-9a55-2f1f4c1b7d10
            """);
  }

  @Test
  void quarantinedRowsAreToldByReason() {
    LoadDigest load =
        new LoadDigest(
            "annuity_income",
            13,
            100,
            99,
            1,
            0,
            List.of(),
            List.of(new QuarantineReason("bad_number", "The value is no number", 1)));
    MessageText text = text(new RowsQuarantined("收入.csv", Samples.DELIVERY, List.of(load)));
    assertThat(text.subject()).isEqualTo("refkeeper: 1 row quarantined from 收入.csv");
    assertThat(text.body())
        .isEqualTo(
            """
            refkeeper loaded 收入.csv
            except for rows that cannot be loaded; they wait in quarantine.

            annuity_income, load 13: 100 rows read, 99 loaded, 1 quarantined, 0 filtered

              1 row in quarantine
                rows  code        reason
                   1  bad_number  The value is no number

            What to do now
              See the quarantined rows, in SQL:
                select line, column_name, value, reason from refkeeper.quarantine
                where state = 'waiting' and load_run_id = 13 order by line

            Delivery 3f0c7a52-6f0e-4f4e-9a55-2f1f4c1b7d10
            """);
  }

  @Test
  void aRejectedFileSaysWhyAndWhereItIs() {
    MessageText text =
        text(
            new FileRejected(
                "25年10月.xlsx",
                Samples.DELIVERY,
                List.of(
                    new Problem(
                        "too_many_unknown_keys",
                        "80% of the 50 distinct keys are unknown, the limit is 50%",
                        "foreign key fk_plan",
                        "Check that the file is for this domain")),
                "rejected/2025-11-01/25年10月.xlsx"));
    assertThat(text.subject()).isEqualTo("refkeeper: refused 25年10月.xlsx, nothing loaded");
    assertThat(text.body())
        .isEqualTo(
            """
            refkeeper refused 25年10月.xlsx whole.
            Nothing of it was loaded, and no reference row was made.

            Why
              foreign key fk_plan: 80% of the 50 distinct keys are unknown, the limit is 50%
                → Check that the file is for this domain

            What to do now
              Correct the file and put it into the inbox again.
              The refused file is in rejected/2025-11-01/25年10月.xlsx

            Delivery 3f0c7a52-6f0e-4f4e-9a55-2f1f4c1b7d10
            """);
  }

  @Test
  void aFailedSyncNamesEachTableAndItsProblems() {
    Problem down =
        new Problem("source_down", "The source does not answer", "legacy_mysql", "Start it");
    MessageText text =
        text(
            new SyncFailed(
                7,
                List.of(
                    new TableFailure("年金计划", "legacy_mysql", "failed", List.of(down)),
                    new TableFailure("组合", "legacy_mysql", "skipped", List.of()),
                    new TableFailure(
                        "机构",
                        "config_file",
                        "held",
                        List.of(new Problem("shrunk", "40% of the keys are gone", "", ""))))));
    assertThat(text.subject()).isEqualTo("refkeeper: sync of 3 tables not done");
    assertThat(text.body())
        .isEqualTo(
            """
            Sync run 7 left 3 reference tables as before.
            Loads go on with the rows that are there.

            年金计划: failed (source legacy_mysql)
              legacy_mysql: The source does not answer
                → Start it

            组合: skipped (source legacy_mysql)

            机构: held (source config_file)
              40% of the keys are gone

            What to do now
              When the cause is gone: refkeeper sync
              A held table, if the change at its source is right: refkeeper sync --force
            """);
  }

  @Test
  void longListsAreCutAndSayHowManyMore() {
    List<DerivedSample> samples =
        IntStream.range(0, 30)
            .mapToObj(i -> new DerivedSample(List.of("K" + i), Map.of(), null, i + 2, 1))
            .toList();
    LoadDigest load =
        new LoadDigest(
            "d",
            1,
            5000,
            5000,
            0,
            0,
            List.of(new DerivedTable("t", "fk", 4321, samples)),
            List.of());
    String digest =
        text(new Event.NewDerivedRecords("f.csv", Samples.DELIVERY, List.of(load))).body();
    assertThat(digest).contains("    K19  line 21").doesNotContain("K20");
    assertThat(digest).contains("    and 4,301 more\n");
  }

  @Test
  void lineBreaksAndInvisibleMarksInDataForgeNeitherHeaderNorLine() {
    String file = "a.csv\r\nBcc: thief@example.com\u202e\u2028\u0000x";
    MessageText text = text(new RowsQuarantined(file, Samples.DELIVERY, List.of()));
    assertThat(text.subject())
        .isEqualTo("refkeeper: 0 rows quarantined from a.csv  Bcc: thief@example.com   x");
    assertThat(text.body().lines()).noneMatch(line -> line.startsWith("Bcc"));
  }

  @Test
  void aLongNameIsCutAtFullWidthCharactersToo() {
    assertThat(PlainText.oneLine("年金计划", 8)).isEqualTo("年金计划");
    assertThat(PlainText.oneLine("年金计划表", 8)).isEqualTo("年金计…");
    assertThat(PlainText.width("年金計a")).isEqualTo(7);
  }

  @Test
  void aReleaseThatLoadedNothingDoesNotSayThatItDid() {
    MessageText text =
        text(
            new Event.RowsReleased(
                List.of(7L),
                List.of(
                    new Event.ReleasedDomain(
                        "sale", 0, 0, List.of(new QuarantineReason("check", "too large", 2))))));
    assertThat(text.subject()).isEqualTo("refkeeper: 2 rows wait on, for another reason");
    assertThat(text.body())
        .isEqualTo(
            """
            Rows waited in quarantine because a parent that they name was missing.
            It has come.

            sale: 0 rows loaded

              2 rows wait on, for another reason
                rows  code   reason
                   2  check  too large

            What to do now
              See the rows that wait on, in SQL:
                select file_name, line, column_name, value, reason
                from refkeeper.quarantine where state = 'waiting' and release_run_id in (7)
            """);
  }
}
