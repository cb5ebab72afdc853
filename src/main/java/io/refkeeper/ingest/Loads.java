package io.refkeeper.ingest;

import io.refkeeper.config.Configuration;
import io.refkeeper.fault.CrashPoint;
import io.refkeeper.ingest.reader.ContentHash;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.notification.Event;
import io.refkeeper.notification.Event.DegradedTable;
import io.refkeeper.notification.LoadDigest;
import io.refkeeper.notification.Outbox;
import io.refkeeper.problem.Problem;
import io.refkeeper.reference.DegradedPeriods;
import io.refkeeper.reference.DegradedPeriods.Cause;
import io.refkeeper.reference.KeyVerification;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.RuntimeCamelException;
import org.springframework.dao.ConcurrencyFailureException;

/** The frame of a load in {@code routes/load.camel.yaml}: begin, read, finish, complete. */
public final class Loads {

  /** The exchange property that holds the {@link FileLoad} from begin to end. */
  public static final String FILE_LOAD = "fileLoad";

  private final LoadSession session;
  private final LoadOpening opening;
  private final Ledger ledger;
  private final LoadLimits limits;
  private final ControlTotals totals;
  private final Outbox outbox;
  private final DegradedPeriods periods;
  private final Clock clock;
  private final int rowsPerChunk;

  public Loads(
      DataSource target,
      Configuration configuration,
      Outbox outbox,
      String instance,
      Clock clock,
      Path spillFolder,
      int rowsPerChunk) {
    this.session = new LoadSession(target);
    this.ledger = new Ledger(target, instance);
    this.opening = new LoadOpening(target, configuration, ledger, spillFolder, rowsPerChunk);
    this.limits =
        new LoadLimits(configuration.management().strategy(), new KeyVerification(target));
    this.totals = new ControlTotals(target);
    this.outbox = outbox;
    this.periods = new DegradedPeriods(target);
    this.clock = clock;
    this.rowsPerChunk = rowsPerChunk;
  }

  /**
   * Begins the load of a file in the current transaction; the files are closed when the exchange is
   * done, whatever becomes of it.
   */
  public FileLoad begin(@ExchangeProperty("delivery") Delivery delivery, Exchange exchange) {
    exchange.setProperty("fingerprint", Fingerprint.of(delivery.file()));
    session.begin(delivery);
    FileLoad load = opening.open(delivery);
    exchange.setProperty(FILE_LOAD, load);
    return load;
  }

  /** The chunks of one domain's rows, read ahead by another thread. */
  public Iterator<Chunk> chunks(@Body DomainLoad load) {
    ChunkReader chunks = new ChunkReader(load, rowsPerChunk);
    load.reading(chunks);
    return chunks;
  }

  /**
   * Enters what was read in the ledger, or compares it with what is entered there.
   *
   * @throws FileRejectedException when the bytes were others than those that were hashed before
   * @throws ConcurrencyFailureException when a rival has loaded the same bytes meanwhile
   */
  public void settleContent(@Body DomainLoad load, @ExchangeProperty(FILE_LOAD) FileLoad file) {
    String read = load.contentSha256().orElseGet(() -> ContentHash.of(file.delivery().file()));
    if (file.sha256() == null) {
      file.hashed(read);
      ledger.enterContent(load.loadRunId(), read);
    } else if (!file.sha256().equals(read)) {
      throw changed(file.delivery());
    }
  }

  /**
   * Asserts that every row ended in one place, checks the limits, completes the ledger row.
   *
   * @throws FileRejectedException when a limit is exceeded
   */
  public void finish(@Body DomainLoad load, @ExchangeProperty(FILE_LOAD) FileLoad file) {
    opening.assertStillVerified(load);
    limits.checkFinished(load);
    load.counts().assertComplete();
    load.sourcesAway().forEach(file::addDegradedReason);
    LoadResult result = LoadSummary.of(load, totals.of(load));
    ledger.complete(load, result, load.degraded());
    file.addResult(result);
    CrashPoint.LEDGER_COMPLETED.pass();
  }

  /**
   * Completes the file: nobody may have written to it meanwhile, and people are told, in the same
   * transaction.
   */
  public FileResult complete(
      @ExchangeProperty(FILE_LOAD) FileLoad file,
      @ExchangeProperty("fingerprint") Fingerprint fingerprint) {
    if (fingerprint.isStale(file.delivery().file())) {
      throw changed(file.delivery());
    }
    if (!file.loads().isEmpty()) {
      CrashPoint.BEFORE_OUTBOX.pass();
      beginDegradedMode(file);
      tell(file);
      CrashPoint.BEFORE_COMMIT.pass();
    }
    return file.result();
  }

  private static FileRejectedException changed(Delivery delivery) {
    return new FileRejectedException(
        new Problem(
            "file_changed",
            "The file was written to while it was loaded; nothing was loaded",
            delivery.name(),
            "deliver it again when it is complete; write it under another name first"));
  }

  /** A preload that was never made is found by the first load that misses it. */
  private void beginDegradedMode(FileLoad file) {
    Instant now = clock.instant();
    List<DegradedTable> began =
        file.neverSynced().stream()
            .filter(table -> periods.beginNeverSynced(table, now))
            .map(
                table ->
                    new DegradedTable(table.toString(), Cause.NEVER_SYNCED.stored(), "", now, null))
            .toList();
    if (!began.isEmpty()) {
      outbox.publish(new Event.DegradedModeBegan(began));
    }
  }

  private void tell(FileLoad file) {
    List<LoadDigest> digests = new ArrayList<>();
    for (LoadResult result : file.results()) {
      digests.add(LoadSummary.digest(result));
    }
    boolean derived = digests.stream().anyMatch(digest -> !digest.tables().isEmpty());
    boolean quarantined = digests.stream().anyMatch(digest -> digest.rowsQuarantined() > 0);
    if (derived) {
      outbox.publish(
          new Event.NewDerivedRecords(file.delivery().name(), file.delivery().id(), digests));
    } else if (quarantined) {
      outbox.publish(
          new Event.RowsQuarantined(file.delivery().name(), file.delivery().id(), digests));
    }
  }

  /**
   * Throws what made the load fail, as it was before Camel wrapped it; nothing when it did not.
   *
   * <p>The transaction's error handler has marked the exchange as given up and not handled; an
   * outer one honours these marks and would neither repeat nor handle (RedeliveryErrorHandler,
   * 4.18).
   */
  public void throwFailure(Exchange exchange) throws Exception {
    Exception failure = exchange.getProperty("loadFailure", Exception.class);
    if (failure == null) {
      return;
    }
    exchange.removeProperty("loadFailure");
    exchange.getExchangeExtension().setFailureHandled(false);
    exchange.getExchangeExtension().setErrorHandlerHandled(null);
    exchange.getExchangeExtension().setRedeliveryExhausted(false);
    throw cause(failure);
  }

  private static Exception cause(Exception failure) {
    boolean wrapped =
        failure instanceof RuntimeCamelException || failure instanceof CamelExchangeException;
    return wrapped && failure.getCause() instanceof Exception cause ? cause(cause) : failure;
  }

  /** Closes files and threads, and removes spill files; nothing to do when the load never began. */
  public void close(@ExchangeProperty(FILE_LOAD) FileLoad file) {
    if (file != null) {
      file.close();
    }
  }
}
