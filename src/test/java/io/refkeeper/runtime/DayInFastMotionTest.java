package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.database.Migration;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.testing.MovableClock;
import io.refkeeper.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A day and a night of the service in fast motion, in Berlin, where on 26 October 2025 the hour
 * from two to three came twice: preload at one, validation at two, files at three. The routes, the
 * database, the inbox and the mail server are real; {@link MovableClock} is the service's clock,
 * and {@link SimulatedQuartz} says how Quartz is made to follow it.
 */
class DayInFastMotionTest {

  private static final String TABLES =
      """
      create schema s;
      create table s.plan (code text primary key, name text);
      create table s.line (code text primary key);
      create table s.sale (plan text references s.plan, line text references s.line);
      create table s.refund (n int);
      """;

  private static final String DOMAINS =
      """
      domains:
        sale:
          files: ["sale*.csv"]
          expect_by: "26th 02:30"
          target_schema: s
          target_table: sale
          load_mode: append
          foreign_keys:
            - {name: fk_plan, source_column: plan, target_schema: s, target_table: plan, target_key: code}
            - {name: fk_line, source_column: line, target_schema: s, target_table: line, target_key: code}
        refund:
          files: ["refund*.csv"]
          expect_by: "26th 02:30"
          target_schema: s
          target_table: refund
          load_mode: append
      """;

  private static final String SOURCES =
      """
      reference_tables:
        plan:
          target_schema: s
          source_type: config_file
          source_config: {file_path: plans.csv, format: csv, key_column: code}
          sync_strategy: full_replace
        line:
          target_schema: s
          source_type: config_file
          source_config: {file_path: lines.csv, format: csv, key_column: code}
          sync_strategy: full_replace
      """;

  private static final String POLICY =
      """
      strategy: hybrid
      time_zone: Europe/Berlin
      preload: {schedule: "0 1 * * *"}
      validation: {schedule: "0 2 * * *"}
      ingest: {schedule: "0 3 * * *", require_fresh_sync: true, max_sync_age: 24h}
      backfill: {notification_channel: people}
      notifications: {channels: {people: {email: [people@example.com]}}}
      """;

  private static final String PRELOAD = "preload-config-file-schedule-1";

  @TempDir Path home;
  private final MovableClock clock = new MovableClock(berlin("2025-10-24T12:00+02:00"));
  private HikariDataSource target;
  private JdbcTemplate jdbc;
  private RefkeeperRuntime service;
  private SimulatedQuartz quartz;

  @Test
  void aNightWithAFailedPreloadItsRecoveryAMissedRunAndAnHourThatComesTwice() throws Exception {
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.start();
    target = TestPostgres.migratedDatabase();
    try {
      jdbc = new JdbcTemplate(target);
      jdbc.execute(TABLES);
      write("config/data_sources.yml", DOMAINS);
      write("config/reference_sources.yml", SOURCES);
      write("config/reference_management.yml", POLICY);
      write("plans.csv", "code,name\nP,one\n");
      write("lines.csv", "code\nL\n");
      Setup setup = setup(mail.getSmtp().getPort());
      new Migration(target).apply(ReferenceTables.all(setup.loaded().configuration()));

      firstDay(setup);
      theNightThatTheClocksAreSetBack(setup);

      assertThat(validations())
          .as("once each night, also where two o'clock comes twice")
          .containsExactly(
              "2025-10-25 00:00 schedule, stored 2025-10-25 00:00: 0 findings",
              "2025-10-26 01:00 schedule, stored 2025-10-26 01:00: 1 findings, told");
      List<String> told =
          List.of(
              "refkeeper: sync of s.plan not done",
              "refkeeper: degraded mode on, no preload of s.plan",
              "refkeeper: 1 new row in s.plan from sale_1.csv",
              "refkeeper: 50.0% of s.plan derived",
              "refkeeper: sync of s.plan not done",
              "refkeeper: no file of refund by Sun 26 Oct 2025 02:30 (Europe/Berlin)",
              "refkeeper: validation found 1 thing to look at",
              "refkeeper: files of sale wait for a fresh sync",
              "refkeeper: 0.0% of s.plan derived, below the threshold again",
              "refkeeper: degraded mode off, preload of s.plan works again");
      assertThat(
              jdbc.queryForList("select subject from refkeeper.outbox order by id", String.class))
          .isEqualTo(told);
      await().until(() -> mail.getReceivedMessages().length == told.size());
      assertThat(Stream.of(mail.getReceivedMessages()).map(DayInFastMotionTest::subject))
          .containsExactlyInAnyOrderElementsOf(told);
    } finally {
      stop();
      target.close();
      mail.stop();
    }
  }

  /** Starts on Friday noon: what was missed is synced. The preload of Saturday fails. */
  private void firstDay(Setup setup) throws Exception {
    start(setup);
    await().until(() -> jdbc.queryForObject("select count(*) from s.plan", Long.class) == 1);
    await().until(() -> triggers().equals(List.of("catch_up")));
    write("plans.csv", "code,name\nP,one\nP,twice\n");

    quartz.runUntil(berlin("2025-10-25T02:30+02:00"));
    assertThat(quartz.fired()).contains("2025-10-24T23:00:00Z " + PRELOAD);
    assertThat(triggers()).containsExactly("catch_up", "schedule");
    assertThat(degraded()).containsExactly("s.plan since 2025-10-25 01:00");

    drop("sale_1.csv", "plan,line\nNEW,L\n");
    await().during(Duration.ofMillis(400)).until(() -> archived().isEmpty());
    quartz.runUntil(berlin("2025-10-25T03:00+02:00"));
    await().until(() -> archived().equals(List.of("sale_1.csv")));
    assertThat(jdbc.queryForList("select degraded from refkeeper.load_run", Boolean.class))
        .containsExactly(true);

    quartz.runUntil(berlin("2025-10-25T22:00+02:00"));
    stop();
    jdbc.update("insert into s.line values ('l')"); // by hand, for the validation to find
  }

  /** Down at one, back at half past; the hour from two to three comes twice, and then the files. */
  private void theNightThatTheClocksAreSetBack(Setup setup) throws Exception {
    clock.set(berlin("2025-10-26T01:30+02:00"));
    start(setup);
    await().until(() -> triggers().equals(List.of("catch_up", "schedule", "catch_up")));
    await().until(() -> messages("sync_failed") == 2);
    assertThat(messages("degraded_mode_began")).isEqualTo(1);

    quartz.runUntil(berlin("2025-10-26T02:45+02:00"));
    drop("sale_2.csv", "plan,line\nNEW,L\nP,L\n");
    service.lookForExpectedFiles();
    await().during(Duration.ofMillis(400)).until(() -> !archived().contains("sale_2.csv"));
    quartz.runUntil(berlin("2025-10-26T02:45+01:00"));
    service.lookForExpectedFiles();
    assertThat(archived()).doesNotContain("sale_2.csv");
    assertThat(messages("files_held")).isZero();

    quartz.runUntil(berlin("2025-10-26T03:00+01:00"));
    await().until(() -> messages("files_held") == 1);
    assertThat(quartz.fired()).noneMatch(fired -> fired.endsWith(PRELOAD));

    quartz.runUntil(berlin("2025-10-26T04:00+01:00"));
    write("plans.csv", "code,name\nP,one\nNEW,two\n");
    assertThat(service.sync(SyncRequest.manual(List.of("plan", "line"), false, false)).tables())
        .extracting(table -> table.status())
        .containsExactlyInAnyOrder("ok", "unchanged");
    await().until(() -> archived().contains("sale_2.csv"));
    assertThat(degraded()).isEmpty();
    assertThat(
            jdbc.queryForList("select degraded from refkeeper.load_run order by id", Boolean.class))
        .containsExactly(true, false);

    assertThat(quartz.next(PRELOAD, clock.instant())).isEqualTo(berlin("2025-10-27T01:00+01:00"));
  }

  private void start(Setup setup) {
    service = RefkeeperRuntime.start(setup, target, Mode.SERVICE, clock);
    quartz = new SimulatedQuartz(service.routes().camel(), clock);
  }

  private void stop() {
    if (service != null) {
      service.close();
      service = null;
    }
  }

  private Setup setup(int smtpPort) {
    Setup read =
        Setup.read(
            home,
            home.resolve("config"),
            Path.of("routes"),
            Map.of(
                "REFKEEPER_SMTP_HOST",
                "127.0.0.1",
                "REFKEEPER_SMTP_PORT",
                Integer.toString(smtpPort)));
    Map<String, String> properties = new HashMap<>(read.properties());
    properties.put(SimulatedQuartz.NO_SCHEDULER_THREAD, "false");
    properties.put("refkeeper.inbox.poll-interval", "100");
    properties.put("refkeeper.notification.period", "200");
    properties.put("refkeeper.http.port", "off"); // 8080 may be taken
    properties.put("refkeeper.inbox.expected-interval", "1h"); // the test looks when it says
    properties.put("refkeeper.jobs.catch-up-delay", "3600000"); // by the machine's clock
    return new Setup(home, read.routes(), read.loaded(), properties);
  }

  private void write(String file, String text) throws Exception {
    Path path = home.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void drop(String file, String text) throws Exception {
    write("inbox/" + file + ".part", text);
    Files.move(home.resolve("inbox/" + file + ".part"), home.resolve("inbox/" + file));
  }

  private List<String> archived() {
    String[] files = home.resolve("archive").toFile().list();
    return files == null
        ? List.of()
        : Stream.of(files)
            .filter(file -> file.endsWith(".csv"))
            .map(file -> file.substring(file.lastIndexOf('-') + 1))
            .sorted()
            .toList();
  }

  private List<String> triggers() {
    return jdbc.queryForList(
        "select trigger from refkeeper.sync_run where finished_at is not null order by id",
        String.class);
  }

  /** Instants in UTC that the validation was scheduled for, and the report made at each. */
  private List<String> validations() {
    return jdbc.queryForList(
        """
        select to_char(j.scheduled_for at time zone 'UTC', 'YYYY-MM-DD HH24:MI ') || j.trigger
          || to_char(v.started_at at time zone 'UTC', '", stored "YYYY-MM-DD HH24:MI') || ': '
          || v.finding_count || ' findings' || case when v.told then ', told' else '' end
        from refkeeper.job_run j
        full join refkeeper.validation_run v on v.id = (j.result ->> 'validation_run')::bigint
        where coalesce(j.job, 'validation') = 'validation' order by j.scheduled_for, v.id
        """,
        String.class);
  }

  private long messages(String event) {
    return jdbc.queryForObject(
        "select count(*) from refkeeper.outbox where event = ?", Long.class, event);
  }

  private List<String> degraded() {
    return jdbc.queryForList(
        """
        select table_schema || '.' || table_name || ' since '
          || to_char(began_at at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24:MI')
        from refkeeper.degraded_period where ended_at is null
        """,
        String.class);
  }

  private static Instant berlin(String local) {
    return java.time.OffsetDateTime.parse(local).toInstant();
  }

  private static String subject(jakarta.mail.internet.MimeMessage message) {
    try {
      return message.getSubject();
    } catch (jakarta.mail.MessagingException e) {
      throw new AssertionError(e);
    }
  }
}
