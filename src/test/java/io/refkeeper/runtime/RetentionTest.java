package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.quality.Quality;
import io.refkeeper.quality.QualityQuery;
import io.refkeeper.retention.RetentionReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What grows old and goes, and what stays however old it is. */
class RetentionTest extends InShop {

  @Test
  void closedRowsOfTheQuarantineGoWaitingOnesNever() {
    shop.sql.execute(
        """
        insert into refkeeper.load_run (delivery_id, domain, table_schema, table_name, file_name, sha256,
            file_bytes, status, is_current, instance)
          values (gen_random_uuid(), 'sales', 's', 'sale', 'f', 'x', 1, 'loaded', false, 'test');
        insert into refkeeper.quarantine (load_run_id, domain, file_name, line, reason_code, reason,
            original, fields, state, created_at, closed_at)
          select 1, 'sales', 'f', n, 'c', 'r', 'o', '{}', state, now() - interval '900 days',
                 case when state <> 'waiting' then now() - days * interval '1 day' end
          from (values ('waiting', 0), ('superseded', 31), ('released', 31), ('discarded', 29)) v(state, days),
               generate_series(1, 6000) n
        """);
    RetentionReport dry = shop.runtime().expire(true);
    assertThat(dry.quarantineRows()).isEqualTo(12_000);
    assertThat(states()).hasSize(4);

    RetentionReport done = shop.runtime().expire(false);
    assertThat(done.quarantineRows()).as("in more than one batch").isEqualTo(12_000);
    assertThat(done.waitingRows()).isEqualTo(6_000);
    assertThat(states()).containsExactly("discarded 6000", "waiting 6000");
    assertThat(shop.runtime().expire(false).quarantineRows()).isZero();
  }

  private static List<String> states() {
    return shop.sql.queryForList(
        "select state || ' ' || count(*) from refkeeper.quarantine group by state order by state",
        String.class);
  }

  @Test
  void ofOldQualityFiguresTheLastOfEachTableAndDayStays() {
    shop.sql.execute(
        """
        truncate refkeeper.quality_snapshot;
        insert into refkeeper.quality_snapshot
            (table_schema, table_name, authoritative, auto_derived, pending_review, taken_at)
          select 's', t, n, d, 0, ((now() at time zone 'UTC')::date - d) at time zone 'UTC' + n * interval '1 second'
          from (values (29), (32), (33)) days(d), generate_series(1, 6000) n, (values ('client'), ('folio')) v(t)
          order by 6;
        insert into refkeeper.quality_snapshot
            (table_schema, table_name, authoritative, auto_derived, pending_review, taken_at)
          values ('s', 'branch', 2, 0, 0, now() - interval '400 days');
        """);
    List<Integer> spans = List.of(1, 30, 31, 40, 500);
    List<Quality> before = spans.stream().map(new QualityQuery(shop.database)::read).toList();
    assertThat(shop.runtime().expire(true).qualitySnapshots()).isEqualTo(2 * (5_999 + 5_998));
    assertThat(figures()).hasSize(7);

    assertThat(shop.runtime().expire(false).qualitySnapshots())
        .as("in more than one batch")
        .isEqualTo(2 * (5_999 + 5_998));
    assertThat(figures())
        .containsExactly(
            "branch 0 1",
            "client 29 6000",
            "client 32 1",
            "client 33 2",
            "folio 29 6000",
            "folio 32 1",
            "folio 33 2");
    assertThat(spans.stream().map(new QualityQuery(shop.database)::read).toList())
        .as("what quality shows is the same, the tables' first figures among it")
        .isEqualTo(before);
    assertThat(shop.runtime().expire(false).qualitySnapshots()).isZero();
  }

  private static List<String> figures() {
    return shop.sql.queryForList(
        """
        select concat_ws(' ', table_name, auto_derived, count(*)) from refkeeper.quality_snapshot
        group by table_name, auto_derived order by table_name, auto_derived
        """,
        String.class);
  }

  @Test
  void messagesThatWereSentGoOthersNever() {
    shop.sql.execute(
        """
        insert into refkeeper.outbox (event, channel, transport, subject, body, payload, state, created_at, sent_at)
          select 'e', 'people', 'email', 's', 'b', '{}', state, now() - interval '900 days',
                 now() - days * interval '1 day'
          from (values ('pending', null), ('dead', null), ('sent', 31), ('sent', 29)) v(state, days),
               generate_series(1, 12000) n
        """);
    assertThat(shop.runtime().expire(true).messages()).isEqualTo(12_000);
    assertThat(shop.runtime().expire(false).messages())
        .as("in more than one batch")
        .isEqualTo(12_000);
    assertThat(
            shop.sql.queryForList(
                """
                select concat_ws(' ', state, count(*), min(date_part('day', now() - sent_at)))
                from refkeeper.outbox group by state order by state
                """,
                String.class))
        .containsExactly("dead 12000", "pending 12000", "sent 12000 29");
  }

  @Test
  void reportsOfTheValidationGoTheLastOfEachKindAndTheLastThatPeopleWereToldOfNever() {
    shop.sql.execute(
        """
        insert into refkeeper.validation_run
            (trigger, instance, started_at, finished_at, checked, tables, findings, finding_count, told)
          select trigger, 'test', now(), now() - days * interval '1 day', '{}', '[]', '[]', 0, told
          from (values (1, 'schedule', 40, true), (2, 'manual', 39, false), (3, 'schedule', 38, true),
                       (4, 'catch_up', 37, false), (5, 'schedule', 36, false), (6, 'manual', 35, false),
                       (7, 'schedule', 34, false), (8, 'manual', 29, false), (9, 'manual', 28, false))
               v(n, trigger, days, told)
          order by n
        """);
    assertThat(shop.runtime().expire(true).validationRuns()).isEqualTo(4);
    assertThat(shop.runtime().expire(false).validationRuns()).isEqualTo(4);
    assertThat(
            shop.sql.queryForList(
                "select id from refkeeper.validation_run order by id", Long.class))
        .as("told last, caught up last, by schedule last, and the young ones")
        .containsExactly(3L, 4L, 7L, 8L, 9L);
    assertThat(shop.runtime().expire(false).validationRuns()).isZero();
  }

  @Test
  void archivedFilesGoByTheDayOfTheirDeliveryWithTheirReportsAndNothingElseDoes() throws Exception {
    Path archive = Files.createDirectories(home.resolve("archive"));
    Path rejected = Files.createDirectories(home.resolve("rejected"));
    String old = stamp(31) + "-0123abcd-sales.csv";
    String young = stamp(29) + "-0123abcd-sales.csv";
    for (String name : List.of(old, young)) {
      for (String ending : List.of("", ".report.json", ".report.txt")) {
        Files.writeString(archive.resolve(name + ending), "x");
      }
    }
    Files.writeString(rejected.resolve(old), "x");
    Files.writeString(archive.resolve("20010101-000000-somebody's.csv"), "x");
    Files.writeString(archive.resolve("20019999-000000-0123abcd-no day.csv"), "x");
    Files.createDirectory(archive.resolve("20010101-000000-0123abcd-folder"));
    Path link = archive.resolve("20010101-000000-0123abcd-link");
    Files.createSymbolicLink(link, rejected.resolve(old));

    assertThat(shop.runtime().expire(true).archivedFiles()).isEqualTo(1);
    assertThat(archive.resolve(old)).exists();
    assertThat(shop.runtime().expire(false).archivedFiles()).isEqualTo(1);
    try (Stream<Path> left = Files.list(archive)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              young,
              young + ".report.json",
              young + ".report.txt",
              "20010101-000000-somebody's.csv",
              "20019999-000000-0123abcd-no day.csv",
              "20010101-000000-0123abcd-folder",
              "20010101-000000-0123abcd-link");
    }
    assertThat(rejected.resolve(old)).exists();
  }

  private static String stamp(int daysAgo) {
    return LocalDateTime.now(ZoneId.of("Asia/Shanghai"))
        .minusDays(daysAgo)
        .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
  }
}
