package io.refkeeper.review;

import io.refkeeper.database.SqlResource;
import io.refkeeper.job.Job;
import io.refkeeper.job.JobLedger;
import io.refkeeper.notification.Event;
import io.refkeeper.notification.Event.Waiting;
import io.refkeeper.notification.Event.WaitingRecord;
import io.refkeeper.notification.Outbox;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The regular report about what waits for people; while nothing waits there is none. */
public final class ReviewReports {

  private static final String TABLES = SqlResource.read("review_report_tables");
  private static final String QUARANTINE = SqlResource.read("review_report_quarantine");
  private static final int OLDEST = 20;

  private final JdbcClient jdbc;
  private final PendingRecords records;
  private final JobLedger ledger;
  private final Outbox outbox;
  private final ZoneId timeZone;
  private final Clock clock;

  /**
   * @param timeZone in which a day begins
   */
  public ReviewReports(
      DataSource target, JobLedger ledger, Outbox outbox, ZoneId timeZone, Clock clock) {
    this.jdbc = JdbcClient.create(target);
    this.records = new PendingRecords(target);
    this.ledger = ledger;
    this.outbox = outbox;
    this.timeZone = timeZone;
    this.clock = clock;
  }

  /** Writes the message, in the caller's transaction. */
  public void write(@Body Job job) {
    Instant now = clock.instant();
    List<Waiting> tables = waiting(TABLES, now);
    List<Waiting> quarantine = waiting(QUARANTINE, now);
    List<WaitingRecord> oldest =
        records.list(Optional.empty(), OptionalLong.empty(), OptionalInt.of(OLDEST)).stream()
            .map(record -> waiting(record, now))
            .toList();
    boolean any = !tables.isEmpty() || !quarantine.isEmpty();
    if (any) {
      outbox.publish(new Event.ReviewReport(tables, oldest, quarantine));
    }
    ledger.finish(job, "{\"told\": %s}".formatted(any));
  }

  private List<Waiting> waiting(String sql, Instant now) {
    return jdbc.sql(sql)
        .query(
            (row, n) -> {
              Instant since = row.getTimestamp("since").toInstant();
              return new Waiting(
                  row.getString("name"), row.getLong("count"), day(since), days(since, now));
            })
        .list();
  }

  private WaitingRecord waiting(PendingRecord record, Instant now) {
    return new WaitingRecord(
        record.table(),
        record.key(),
        record.file(),
        day(record.createdAt()),
        days(record.createdAt(), now));
  }

  private String day(Instant instant) {
    return LocalDate.ofInstant(instant, timeZone).toString();
  }

  private long days(Instant since, Instant now) {
    return Math.max(
        0,
        ChronoUnit.DAYS.between(
            LocalDate.ofInstant(since, timeZone), LocalDate.ofInstant(now, timeZone)));
  }
}
