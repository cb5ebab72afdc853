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
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * {@code expect_by}: people are told, once for each month, when a domain's file has not come by
 * then. A time that passed while nothing was running is noticed at the next look, also in a later
 * month.
 */
public final class ExpectedFiles {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.ingest");
  private static final String SETTLED = SqlResource.read("expected_file_settled");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE d MMM yyyy HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("MMMM yyyy", Locale.ENGLISH);

  private final JdbcClient jdbc;
  private final Configuration configuration;
  private final FileExpectations expectations;
  private final Outbox outbox;
  private final Clock clock;

  ExpectedFiles(DataSource target, Configuration configuration, Outbox outbox, Clock clock) {
    this.jdbc = JdbcClient.create(target);
    this.configuration = configuration;
    this.expectations = new FileExpectations(target);
    this.outbox = outbox;
    this.clock = clock;
  }

  /** A domain of which no file came in a month, though one should have by then. */
  public record Missing(Domain domain, YearMonth month, Instant expectedBy) {}

  /** What is overdue and nobody was told of yet. */
  public List<Missing> overdue() {
    Instant now = clock.instant();
    YearMonth current = YearMonth.from(now.atZone(timeZone()));
    List<Domain> expected =
        configuration.domains().values().stream()
            .filter(domain -> domain.expectBy() != null)
            .toList();
    expectations.keepOnly(expected.stream().map(Domain::name).toList());
    return expected.stream()
        .flatMap(domain -> unsettled(domain, current).stream())
        .filter(missing -> !missing.expectedBy().isAfter(now))
        .toList();
  }

  /** Months without a file that nobody was told of; the current one among them. */
  private List<Missing> unsettled(Domain domain, YearMonth current) {
    List<Missing> unsettled =
        Stream.iterate(
                expectations.since(domain.name(), current),
                month -> !month.isAfter(current),
                month -> month.plusMonths(1))
            .map(month -> missing(domain, month))
            .filter(missing -> !isSettled(missing))
            .toList();
    if (unsettled.stream().allMatch(missing -> missing.month().equals(current))) {
      expectations.dealtWithUntil(domain.name(), current);
    }
    return unsettled;
  }

  private Missing missing(Domain domain, YearMonth month) {
    return new Missing(domain, month, ExpectedBy.of(domain.expectBy()).in(month, timeZone()));
  }

  /** Tells that nobody knows now what has come; the next look will. */
  public void cannotLook(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    LOG.warn(
        "nobody knows now whether expected files have come: {}",
        NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
  }

  /** Whether a file was loaded in the month, or somebody told that none was. */
  private boolean isSettled(Missing missing) {
    YearMonth month = missing.month();
    return jdbc.sql(SETTLED)
        .param("domain", missing.domain().name())
        .param("month", Date.valueOf(month.atDay(1)))
        .param("from", begin(month))
        .param("until", begin(month.plusMonths(1)))
        .query(Boolean.class)
        .single();
  }

  private Timestamp begin(YearMonth month) {
    return Timestamp.from(month.atDay(1).atStartOfDay(timeZone()).toInstant());
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
                Date.valueOf(missing.month().atDay(1)),
                Timestamp.from(missing.expectedBy()),
                Timestamp.from(clock.instant()))
            .update();
    if (news > 0) {
      String domain = missing.domain().name();
      String month = MONTH.format(missing.month());
      String by = TIME.format(missing.expectedBy().atZone(timeZone())) + " (" + timeZone() + ")";
      LOG.warn("no file of {} was loaded in {} by {}", domain, month, by);
      outbox.publish(new Event.FileMissing(domain, month, by, missing.domain().files()));
    }
  }

  private ZoneId timeZone() {
    return configuration.management().timeZone();
  }
}
