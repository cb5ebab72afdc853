package io.refkeeper.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.zaxxer.hikari.HikariDataSource;
import io.refkeeper.audit.AuditExport;
import io.refkeeper.audit.AuditFilter;
import io.refkeeper.ingest.Delivery;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.ingest.LoadResult;
import io.refkeeper.ingest.ReleaseReport;
import io.refkeeper.ingest.ReleaseRequest;
import io.refkeeper.job.Job;
import io.refkeeper.problem.Finding;
import io.refkeeper.quality.QualityQuery;
import io.refkeeper.quality.StatusQuery;
import io.refkeeper.reference.DatabaseCheck;
import io.refkeeper.review.PendingExport;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The roles of {@code docker/sql}: each can do its work, and would fail at it without any single
 * one of its grants on tables.
 */
class PrivilegesTest extends RolesFixture {

  /** Needed by schedules, to find what is due. */
  private static final List<String> NOT_BY_EVERY_SYNC =
      List.of("insert on refkeeper.degraded_period", "select on refkeeper.sync_table_run");

  /** Needed with require_fresh_sync only. */
  private static final List<String> NOT_BY_EVERY_LOAD =
      List.of(
          "insert on refkeeper.ingest_hold",
          "select on refkeeper.ingest_hold",
          "update on refkeeper.ingest_hold");

  @Test
  void bothFilesCanBeRunAgain() throws IOException {
    superuser.execute(Files.readString(Path.of("docker/sql/roles.sql")));
    superuser.execute(Files.readString(Path.of("docker/sql/grants.sql")));
  }

  @Test
  void oneServiceAccountLoadsSyncsAndSends() {
    try (HikariDataSource service = pool("test_service");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, service, Mode.COMMAND)) {
      requireReady(service, HISTORY);
      assertLoaded(load(runtime));
      assertThat(sync(runtime)).containsOnly("ok");
      superuser.execute("delete from refkeeper.outbox");
      runtime.relay();
      assertThat(new StatusQuery(service).read().loads()).hasSize(2); // the image's health check
    }
  }

  @Test
  void theLoaderNeedsEachOfItsGrants() {
    try (HikariDataSource loader = pool("test_loader");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, loader, Mode.COMMAND)) {
      Function<String, Object> work =
          grant -> {
            requireReady(loader, grant);
            runtime.lookForExpectedFiles();
            return grant.contains("release_run") ? release(runtime) : load(runtime);
          };
      assertLoaded(load(runtime));
      reset();
      assertThat(release(runtime)).asString().contains("rowsReleased=1");
      assertThat(notNeeded("refkeeper_loader", work)).isEqualTo(NOT_BY_EVERY_LOAD);
    }
  }

  @Test
  void withTheOptionalGrantLoadsProveTheirForeignKeysThemselves() throws IOException {
    String grant = "grant set on parameter session_replication_role to refkeeper_loader";
    assertThat(Files.readString(Path.of("docker/sql/grants.sql"))).contains("--   " + grant + ";");
    try (HikariDataSource loader = pool("test_loader");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, loader, Mode.COMMAND)) {
      assertThat(load(runtime))
          .flatExtracting(FileResult::loads)
          .extracting(LoadResult::fkCheck, LoadResult::fkCheckReason)
          .containsOnly(
              tuple(
                  "database",
                  "the role may not set session_replication_role (GRANT SET ON PARAMETER"
                      + " session_replication_role TO it)"));
      reset();
      superuser.execute(grant);
      try {
        List<FileResult> results = load(runtime);
        assertLoaded(results);
        assertThat(results)
            .flatExtracting(FileResult::loads)
            .extracting(LoadResult::fkCheck, LoadResult::fkCheckReason)
            .containsOnly(tuple("verified", null));
        assertThat(privileges("test_loader")).doesNotContain(noteFor("test_loader"));
      } finally {
        superuser.execute("revoke set on parameter session_replication_role from refkeeper_loader");
      }
    }
  }

  @Test
  void aSyncNeedsEachOfItsGrants() {
    try (HikariDataSource account = pool("test_sync");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, account, Mode.COMMAND)) {
      Function<String, List<String>> work =
          grant -> {
            requireReady(account, grant);
            return sync(runtime, concernedBy(grant));
          };
      assertThat(sync(runtime)).containsOnly("ok");
      assertThat(notNeeded("refkeeper_sync", work)).isEqualTo(NOT_BY_EVERY_SYNC);
    }
  }

  @Test
  void theRelayNeedsEachOfItsGrants() {
    try (HikariDataSource relay = pool("test_relay");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, relay, Mode.COMMAND)) {
      Supplier<String> round =
          () -> {
            runtime.relay();
            return "done";
          };
      assertThat(round.get()).isEqualTo("done");
      assertThat(notNeeded("refkeeper_relay", grant -> round.get())).isEmpty();
    }
  }

  @Test
  void governanceNeedsEachOfItsGrantsAndMayNotTouchTheAuditLog() {
    try (HikariDataSource account = pool("test_governance");
        RefkeeperRuntime runtime = RefkeeperRuntime.start(setup, account, Mode.COMMAND)) {
      assertThat(govern(runtime)).doesNotContain("check_failed");
      assertThat(
              notNeeded(
                  "refkeeper_governance",
                  grant -> {
                    requireReady(account, grant);
                    return govern(runtime);
                  }))
          .isEmpty();
      assertThat(grants("refkeeper_governance"))
          .filteredOn(grant -> grant.contains("audit_log"))
          .containsExactly("execute on function refkeeper.expire_audit_log(integer,integer)");
    }
  }

  /** Each job by its schedule, with something to find, to tell and to expire. */
  private static String govern(RefkeeperRuntime runtime) {
    superuser.execute("alter table business.\"规模明细\" disable trigger all");
    superuser.execute(
        "insert into business.\"规模明细\" (\"月度\", \"计划代码\") values ('2025-09-01', 'NONE')");
    superuser.execute("alter table business.\"规模明细\" enable trigger all");
    superuser.execute(
        """
        insert into refkeeper.load_run (delivery_id, domain, table_schema, table_name, file_name, sha256,
            file_bytes, status, is_current, instance)
          values (gen_random_uuid(), 'd', 's', 't', 'f', 'x', 1, 'loaded', false, 'test');
        insert into refkeeper.quarantine (load_run_id, domain, file_name, line, reason_code, reason, original, fields)
          select max(id), 'd', 'f', 1, 'c', 'r', 'o', '{}' from refkeeper.load_run
        """);
    superuser.execute("update refkeeper.sync_run set finished_at = now()"); // is waited for
    Instant instant = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return Stream.of(Job.VALIDATION, Job.REVIEW_REPORT, Job.RETENTION)
        .map(job -> new Job(job, Job.Trigger.SCHEDULE, instant, false))
        .map(job -> runtime.routes().producer().requestBody("direct:job", job))
        .map(String::valueOf)
        .collect(Collectors.joining());
  }

  @Test
  void theAuditorNeedsEachOfItsGrants() {
    try (HikariDataSource auditor = pool("test_auditor")) {
      Function<String, Long> work =
          grant -> {
            long entries =
                new AuditExport(auditor).read(new AuditFilter(null, null, null, null), e -> {});
            PendingExport export = new PendingExport(setup.loaded().configuration(), auditor);
            for (String table : TABLES) {
              try {
                export.write(table, new StringWriter());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
            return entries;
          };
      assertThat(work.apply("")).isNotNegative();
      assertThat(notNeeded("refkeeper_auditor", work)).isEmpty();
    }
  }

  @Test
  void theMonitorNeedsEachOfItsGrants() {
    try (HikariDataSource monitor = pool("test_monitoring")) {
      StatusQuery status = new StatusQuery(monitor);
      assertThat(status.read().tables()).isEmpty();
      QualityQuery quality = new QualityQuery(monitor);
      assertThat(quality.read(30).tables()).hasSize(2);
      assertThat(
              notNeeded(
                  "refkeeper_monitoring", grant -> status.read().toString() + quality.read(1)))
          .isEmpty();
    }
  }

  /** Takes each grant of a role away, one at a time; returns those that the work can do without. */
  private List<String> notNeeded(String role, Function<String, ?> work) {
    List<String> notNeeded = new ArrayList<>();
    Logger camel = (Logger) LoggerFactory.getLogger("org.apache.camel");
    Level level = camel.getLevel();
    camel.setLevel(Level.OFF); // every refusal below would log its stack trace
    for (String grant : grants(role)) {
      reset();
      superuser.execute("revoke %s from %s".formatted(grant, role));
      try {
        Object[] result = new Object[1];
        Throwable failure = catchThrowable(() -> result[0] = work.apply(grant));
        if (!(result[0] + chain(failure)).contains("permission denied")) {
          notNeeded.add(grant);
        }
      } finally {
        superuser.execute("grant %s to %s".formatted(grant, role));
      }
    }
    camel.setLevel(level);
    return notNeeded;
  }

  private static String chain(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .map(Throwable::toString)
        .collect(Collectors.joining());
  }

  /**
   * What every command does first; skipped, because it takes its time, for other tables' grants.
   */
  private static void requireReady(DataSource target, String grant) {
    if (grant.contains(HISTORY)) {
      assertThat(new DatabaseCheck(target).check(setup.loaded())).noneMatch(Finding::isError);
    }
  }

  private static List<FileResult> load(RefkeeperRuntime runtime) {
    return Stream.of("annuity_performance_10.csv", "annuity_income_10.csv")
        .map(home::resolve)
        .map(file -> Delivery.of(file, null, false, false, Delivery.Progress.NONE))
        .map(runtime::ingest)
        .toList();
  }

  /** The row that waits because its key is no plan's, once somebody has made it one. */
  private static ReleaseReport release(RefkeeperRuntime runtime) {
    load(runtime);
    superuser.update("insert into mapping.\"年金计划\" (\"年金计划号\") values ('not a plan''s code')");
    return runtime.release(ReleaseRequest.all(ReleaseRequest.Trigger.MANUAL));
  }

  private static void assertLoaded(List<FileResult> results) {
    assertThat(results).allMatch(result -> result.status() == FileResult.Status.LOADED);
    assertThat(results).extracting(FileResult::rowsQuarantined).containsExactly(2L, 0L);
    assertThat(superuser.queryForList("select \"年金计划号\" from mapping.\"年金计划\"", String.class))
        .containsExactlyInAnyOrder("P1", "GONE", "KEPT", "NEW");
  }

  /** The status of every table, with its errors when it failed. */
  private static List<String> sync(RefkeeperRuntime runtime, String... tables) {
    SyncReport report = runtime.sync(SyncRequest.manual(List.of(tables), false, false));
    return report.tables().stream()
        .map(table -> table.status().equals("ok") ? "ok" : table.status() + table.errors())
        .toList();
  }

  /** The reference table of a grant; for a grant on another table any one will do. */
  private static String concernedBy(String grant) {
    return TABLES.stream().filter(grant::contains).findFirst().orElse(TABLES.get(0));
  }
}
