package io.refkeeper.ingest;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.FileResult.Reason;
import io.refkeeper.ingest.reader.ContentHash;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.notification.Event;
import io.refkeeper.notification.Outbox;
import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to a delivery that cannot be loaded: recorded and told, in a new transaction. */
public final class Rejections {

  private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);
  private static final int ATTEMPTS_ALLOWED = 3;
  private static final String NO_DOMAIN = "-";

  private final LoadSession session;
  private final Ledger ledger;
  private final Outbox outbox;
  private final Archive archive;

  public Rejections(DataSource target, Outbox outbox, Archive archive, String instance) {
    this.session = new LoadSession(target);
    this.ledger = new Ledger(target, instance);
    this.outbox = outbox;
    this.archive = archive;
  }

  /**
   * Refuses a delivery that has killed the process too often.
   *
   * @throws FileRejectedException after three attempts that nobody survived
   */
  public void refuseKiller(@ExchangeProperty("delivery") Delivery delivery) {
    if (delivery.attempts() > ATTEMPTS_ALLOWED) {
      throw new FileRejectedException(
          new Problem(
              "process_killed",
              "The process ended %d times while it loaded this file; nothing was loaded"
                  .formatted(ATTEMPTS_ALLOWED),
              delivery.name(),
              "look into the log for the cause; the file may be hostile or too large"));
    }
  }

  /** Records a rejection in the ledger and the outbox; must run after the load's rollback. */
  public FileResult record(
      @ExchangeProperty("delivery") Delivery delivery,
      @ExchangeProperty(Loads.FILE_LOAD) FileLoad load,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    List<Problem> problems = problems(delivery, failure);
    List<Reason> reasons = problems.stream().map(Reason::of).toList();
    String sha256 = contentSha256(delivery, load);
    if (!delivery.dryRun()) {
      session.begin(delivery);
      List<DomainLoad> loads = load == null ? List.of() : load.loads();
      boolean news = false;
      if (loads.isEmpty() && !ledger.isRejected(delivery)) {
        String domain = Objects.requireNonNullElse(delivery.domain(), NO_DOMAIN);
        news = ledger.reject(delivery, domain, "", sha256, reasons);
      }
      for (DomainLoad each : loads) {
        String table = each.domain().targetTable();
        news |= ledger.reject(delivery, each.domain().name(), table, sha256, reasons);
      }
      if (news) { // else the process died before the file was set aside
        outbox.publish(
            new Event.FileRejected(
                delivery.name(), delivery.id(), problems, archive.placeOfRejected(delivery)));
      }
    }
    CrashPoint.REJECTION_WRITTEN.pass();
    return new FileResult(
        delivery.name(),
        delivery.id(),
        FileResult.Status.REJECTED,
        sha256,
        false,
        "",
        List.of(),
        reasons,
        0);
  }

  /** Empty when the file cannot be read. */
  private static String contentSha256(Delivery delivery, FileLoad load) {
    if (load != null && load.sha256() != null) {
      return load.sha256();
    }
    try {
      return ContentHash.of(delivery.file());
    } catch (UncheckedIOException e) {
      LOG.warn("{} cannot be hashed: {}", delivery.name(), FileFailure.reasonAndPath(e));
      return "";
    }
  }

  private static List<Problem> problems(Delivery delivery, Exception failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ProblemException known) {
        return known.problems();
      }
    }
    return List.of(
        new Problem(
            "unexpected_failure",
            "The load failed unexpectedly (%s); nothing was loaded".formatted(rootCause(failure)),
            delivery.name(),
            "the log has the details; deliver the file again when the cause is gone"));
  }

  private static String rootCause(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.toString().lines().findFirst().orElse("");
  }
}
