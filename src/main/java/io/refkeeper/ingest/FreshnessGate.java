package io.refkeeper.ingest;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.ingest.Freshness.Lack;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.notification.Event;
import io.refkeeper.notification.Outbox;
import io.refkeeper.problem.Problem;
import java.io.File;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.file.GenericFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * With {@code require_fresh_sync}: files wait in the inbox, untouched, while a parent table of a
 * domain that their name matches was not synced within {@code max_sync_age}. Told once, in the log
 * again when the reason changes; they go on by themselves.
 */
public final class FreshnessGate {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.ingest");

  private final JdbcClient jdbc;
  private final boolean required;
  private final Freshness freshness;
  private final DomainMatcher matcher;
  private final Outbox outbox;
  private final Clock clock;

  /** Holds of a time when fresh syncs were required end once, when they are not any more. */
  private final AtomicBoolean ended = new AtomicBoolean();

  private final AtomicBoolean toldThatNobodyAnswers = new AtomicBoolean();

  FreshnessGate(DataSource target, Configuration configuration, Outbox outbox, Clock clock) {
    this.jdbc = JdbcClient.create(target);
    this.required = configuration.management().ingest().requireFreshSync();
    this.freshness = new Freshness(target, configuration, clock);
    this.matcher = new DomainMatcher(configuration.domains());
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Whether a file of the inbox must wait for a sync. */
  public boolean isClosed(@Body GenericFile<File> file) {
    boolean closed =
        required
            && matcher.byName(file.getFileNameOnly()).stream()
                .anyMatch(domain -> !freshness.stale(domain).isEmpty());
    toldThatNobodyAnswers.set(false);
    return closed;
  }

  /** Writes down that files of its domains wait; in the same transaction people are told. */
  public void hold(@Body GenericFile<File> file) {
    for (Domain domain : matcher.byName(file.getFileNameOnly())) {
      List<Lack> lacks = freshness.stale(domain);
      if (!lacks.isEmpty()) {
        hold(domain, file.getFileNameOnly(), lacks);
      }
    }
  }

  private void hold(Domain domain, String file, List<Lack> lacks) {
    List<String> reasons = lacks.stream().map(Lack::reason).toList();
    String reason = String.join("; ", reasons);
    List<Boolean> changes =
        jdbc.sql(
                """
                insert into refkeeper.ingest_hold as h (domain, file_name, reason, began_at)
                values (?, ?, ?, ?)
                on conflict (domain) where ended_at is null
                do update set reason = excluded.reason where h.reason <> excluded.reason
                returning h.xmax = 0
                """)
            .params(domain.name(), file, reason, Timestamp.from(clock.instant()))
            .query(Boolean.class)
            .list();
    for (boolean begins : changes) {
      LOG.warn("{} waits in the inbox: {}", file, reason);
      if (begins) {
        outbox.publish(
            new Event.FilesHeld(
                domain.name(),
                file,
                reasons,
                lacks.stream().map(lack -> lack.table().name()).toList()));
      }
    }
  }

  /** Ends the holds of the domains of a file that may go on. */
  public void pass(@Body GenericFile<File> file) {
    Timestamp now = Timestamp.from(clock.instant());
    if (required) {
      matcher
          .byName(file.getFileNameOnly())
          .forEach(
              domain ->
                  jdbc.sql(
                          "update refkeeper.ingest_hold set ended_at = ?"
                              + " where domain = ? and ended_at is null")
                      .params(now, domain.name())
                      .update());
    } else if (ended.compareAndSet(false, true)) {
      jdbc.sql("update refkeeper.ingest_hold set ended_at = ? where ended_at is null")
          .param(now)
          .update();
    }
  }

  /** The database could not be asked; said once, until it answers again. */
  public void cannotAsk(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    ended.set(false);
    if (toldThatNobodyAnswers.compareAndSet(false, true)) {
      LOG.warn(
          "files wait in the inbox; the database cannot be asked: {}",
          NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
    }
  }

  /**
   * Refuses a file that is given by hand while a sync that it needs is not fresh.
   *
   * @throws FileRejectedException unless it is forced
   */
  public void requireFresh(@ExchangeProperty("delivery") Delivery delivery) {
    if (!required || delivery.force() || delivery.claim() != null) {
      return; // a claimed file has passed the gate
    }
    List<Domain> domains =
        delivery.domain() == null ? matcher.byName(delivery.name()) : matcher.match(delivery);
    List<Lack> lacks =
        domains.stream().flatMap(domain -> freshness.stale(domain).stream()).distinct().toList();
    if (!lacks.isEmpty()) {
      throw new FileRejectedException(
          new Problem(
              "sync_not_fresh",
              "require_fresh_sync is set, and %s; nothing was loaded"
                  .formatted(String.join("; ", lacks.stream().map(Lack::reason).toList())),
              delivery.name(),
              "run refkeeper sync %s, or load it all the same with --force"
                  .formatted(
                      String.join(" ", lacks.stream().map(lack -> lack.table().name()).toList()))));
    }
  }
}
