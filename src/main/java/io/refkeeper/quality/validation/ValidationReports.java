package io.refkeeper.quality.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.refkeeper.job.Job;
import io.refkeeper.job.Job.Trigger;
import io.refkeeper.job.JobLedger;
import io.refkeeper.notification.Event;
import io.refkeeper.notification.Outbox;
import java.sql.Timestamp;
import java.time.ZoneId;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Stores reports, and tells people: of findings each time a schedule comes upon them, by hand only
 * when they are others than people were told last, and once when there are none any more.
 */
public final class ValidationReports {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.validation");
  private static final ObjectMapper JSON =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  private final JdbcClient jdbc;
  private final JobLedger ledger;
  private final Outbox outbox;
  private final String instance;
  private final ZoneId timeZone;

  /**
   * @param timeZone of the times in the page that is attached to the message
   */
  public ValidationReports(
      DataSource target, JobLedger ledger, Outbox outbox, String instance, ZoneId timeZone) {
    this.jdbc = JdbcClient.create(target);
    this.ledger = ledger;
    this.outbox = outbox;
    this.instance = instance;
    this.timeZone = timeZone;
  }

  /** Stores the report and writes the message about it, in the caller's transaction. */
  public ValidationReport store(@Body ValidationReport report, @ExchangeProperty("job") Job job) {
    boolean tell = isNews(report, job);
    ValidationReport stored = report.withId(insert(report, tell));
    if (tell) {
      outbox.publish(event(stored));
    }
    ledger.finish(
        job,
        "{\"validation_run\": %d, \"findings\": %d}"
            .formatted(stored.id(), report.findings().size()));
    boolean unasked = job.trigger() != Trigger.MANUAL;
    LOG.atLevel(unasked && !report.findings().isEmpty() ? Level.WARN : Level.INFO)
        .addKeyValue("run", stored.id())
        .addKeyValue("findings", report.findings().size())
        .log("references validated");
    return stored;
  }

  private boolean isNews(ValidationReport report, Job job) {
    boolean sameAsTold =
        jdbc.sql(
                """
                select coalesce((select findings from refkeeper.validation_run
                                 where told order by id desc limit 1), '[]') = ?::jsonb
                """)
            .param(json(report.findings()))
            .query(Boolean.class)
            .single();
    boolean reminds = !report.findings().isEmpty() && job.trigger() != Trigger.MANUAL;
    return reminds || !sameAsTold;
  }

  private long insert(ValidationReport report, boolean told) {
    return jdbc.sql(
            """
            insert into refkeeper.validation_run
              (trigger, instance, started_at, checked, tables, findings, finding_count, told)
            values (?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?)
            returning id
            """)
        .param(report.trigger())
        .param(instance)
        .param(Timestamp.from(report.startedAt()))
        .param(json(report.checked()))
        .param(json(report.tables()))
        .param(json(report.findings()))
        .param(report.findings().size())
        .param(told)
        .query(Long.class)
        .single();
  }

  private Event event(ValidationReport report) {
    return report.findings().isEmpty()
        ? new Event.ValidationClear(report.id())
        : new Event.ValidationFound(
            report.id(),
            report.findings().stream().map(ValidationFinding::problem).toList(),
            ValidationHtml.page(report, timeZone));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
