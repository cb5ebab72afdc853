package io.refkeeper.ingest;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ExpectedBy;
import io.refkeeper.database.SqlResource;
import io.refkeeper.notification.Event;
import io.refkeeper.notification.Outbox;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@code expect_by}: people are told, once a month, when a domain's file has not come by then. */
public final class ExpectedFiles {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.ingest");
  private static final String SETTLED = SqlResource.read("expected_file_settled");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE d MMM yyyy HH:mm", Locale.ENGLISH);

  private final JdbcClient jdbc;
  private final Configuration configuration;
  private final Outbox outbox;
  private final Clock clock;

  ExpectedFiles(DataSource target, Configuration configuration, Outbox outbox, Clock clock) {
    this.jdbc = JdbcClient.create(target);
    this.configuration = configuration;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** A domain whose file has not come this month, though it should have by then. */
  public record Missing(Domain domain, LocalDate month, Instant expectedBy) {}

  /** What is overdue and nobody was told of yet. */
  public List<Missing> overdue() {
    Instant now = clock.instant();
    ZoneId timeZone = configuration.management().timeZone();
    YearMonth month = YearMonth.from(now.atZone(timeZone));
    return configuration.domains().values().stream()
        .filter(domain -> domain.expectBy() != null)
        .map(
            domain ->
                new Missing(
                    domain, month.atDay(1), ExpectedBy.of(domain.expectBy()).in(month, timeZone)))
        .filter(missing -> !missing.expectedBy().isAfter(now))
        .filter(missing -> !isSettled(missing, timeZone))
        .toList();
  }

  /** Tells that nobody knows now what has come; the next look will. */
  public void cannotLook(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    LOG.warn(
        "nobody knows now whether expected files have come: {}",
        NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
  }

  /** Whether a file was loaded this month, or somebody told that none was. */
  private boolean isSettled(Missing missing, ZoneId timeZone) {
    return jdbc.sql(SETTLED)
        .param("domain", missing.domain().name())
        .param("month", Date.valueOf(missing.month()))
        .param("from", Timestamp.from(missing.month().atStartOfDay(timeZone).toInstant()))
        .query(Boolean.class)
        .single();
  }

  /** Tells people, in the transaction that writes it down; of several instances one does. */
  public void tell(@Body Missing missing) {
    int news =
        jdbc.sql(
                """
                insert into refkeeper.missing_file (domain, period, expected_by, told_at)
                values (?, ?, ?, ?)
                on conflict do nothing
                """)
            .params(
                missing.domain().name(),
                Date.valueOf(missing.month()),
                Timestamp.from(missing.expectedBy()),
                Timestamp.from(clock.instant()))
            .update();
    if (news > 0) {
      ZoneId timeZone = configuration.management().timeZone();
      String by = TIME.format(missing.expectedBy().atZone(timeZone)) + " (" + timeZone + ")";
      LOG.warn("no file of {} was loaded this month by {}", missing.domain().name(), by);
      outbox.publish(new Event.FileMissing(missing.domain().name(), by, missing.domain().files()));
    }
  }
}
