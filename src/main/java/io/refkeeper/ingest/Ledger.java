package io.refkeeper.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.config.Domain;
import io.refkeeper.config.Domain.LoadMode;
import io.refkeeper.ingest.FileResult.Reason;
import io.refkeeper.ingest.reader.FileRejectedException;
import java.sql.Timestamp;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.util.PSQLException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The truth about what was loaded: {@code refkeeper.load_run}, one row a delivery and domain,
 * written in the load's transaction. Its two unique keys make a load happen once.
 */
final class Ledger {

  /** The key space of the fact tables' advisory locks; the second key is the table's oid. */
  static final int FACT_TABLE_LOCK = 7301;

  /** As above, of the fact tables into which an upsert writes. */
  static final int UPSERT_LOCK = 7304;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONTENT_KEY = "load_run_current";

  private final JdbcClient jdbc;
  private final String instance;

  Ledger(DataSource target, String instance) {
    this.jdbc = JdbcClient.create(target);
    this.instance = instance;
  }

  /** A domain and its fact table, by oid. */
  record Target(Domain domain, long oid) {}

  /**
   * Locks the fact tables until the transaction ends, in oid order: alone for a replacing load,
   * which must not see another one's half; shared otherwise.
   */
  void lock(List<Target> targets, boolean dryRun) {
    if (dryRun) {
      jdbc.sql("set local lock_timeout = '5s'").update();
    }
    // a constraint that is checked at COMMIT fails there, when no row can be named any more
    jdbc.sql("set constraints all immediate").update();
    targets.stream()
        .sorted(Comparator.comparingLong(Target::oid))
        .forEach(target -> lock(target, target.domain().loadMode() == LoadMode.REPLACE));
  }

  private void lock(Target target, boolean alone) {
    jdbc.sql(
            "select pg_advisory_xact_lock%s(%d, ?::bigint::int)::text"
                .formatted(alone ? "" : "_shared", FACT_TABLE_LOCK))
        .param((int) target.oid())
        .query(String.class)
        .optional();
  }

  /**
   * Locks a fact table for a release until the transaction ends: alone where a later load can
   * overwrite what it loads, so that it sees either all of that load or nothing.
   */
  void lockToRelease(Target target) {
    jdbc.sql("set constraints all immediate").update();
    lock(target, target.domain().loadMode() != LoadMode.APPEND);
    jdbc.sql(
            "lock table %s in row exclusive mode"
                .formatted(LoadTables.factName(target.domain()).sql()))
        .update();
  }

  /** What the ledger says to a delivery. */
  sealed interface Entry permits Opened, LoadedBefore, Duplicate {}

  /** A new row: load the file. */
  record Opened(long loadRunId) implements Entry {}

  /** This delivery was committed by an attempt whose answer was lost. */
  record LoadedBefore(LoadResult result, String sha256) implements Entry {}

  /** The same bytes are loaded already, and still current. */
  record Duplicate() implements Entry {}

  /** Whether a current load may be of the same content, as far as its size can tell. */
  boolean mayHoldContent(Domain domain, long bytes) {
    return jdbc.sql(
            """
            select exists (
              select from refkeeper.load_run where domain = ? and file_bytes = ? and is_current)
            """)
        .params(domain.name(), bytes)
        .query(Boolean.class)
        .single();
  }

  /**
   * Enters a delivery. Waits for a rival that loads the same bytes, and then finds them loaded.
   *
   * @param sha256 null: not known yet, see {@link #enterContent}
   * @param force makes an older load of the same bytes history, and loads them again
   * @throws FileRejectedException when this delivery was rejected, and only its file not set aside
   */
  Entry open(Delivery delivery, Domain domain, String sha256) {
    if (delivery.force()) {
      jdbc.sql(
              """
              update refkeeper.load_run set is_current = false
              where domain = ? and sha256 = ? and is_current and delivery_id <> ?
              """)
          .params(domain.name(), sha256, delivery.id())
          .update();
    }
    Optional<Long> opened =
        jdbc.sql(
                """
                insert into refkeeper.load_run
                  (delivery_id, domain, table_schema, table_name, file_name, sha256, file_bytes,
                   received_at, status, is_current, instance)
                values (?, ?, ?, ?, ?, ?, ?, ?, 'loading', true, ?)
                on conflict do nothing
                returning id
                """)
            .params(
                delivery.id(),
                domain.name(),
                domain.targetSchema(),
                domain.targetTable(),
                delivery.name(),
                sha256 == null ? "unread " + delivery.id() : sha256,
                delivery.size(),
                Timestamp.from(delivery.received()),
                instance)
            .query(Long.class)
            .optional();
    if (opened.isPresent()) {
      return new Opened(opened.get());
    }
    return jdbc.sql(
            """
            select status, details, reasons, sha256 from refkeeper.load_run
            where delivery_id = ? and domain = ?
            """)
        .params(delivery.id(), domain.name())
        .query(
            (row, n) ->
                before(row.getString(1), row.getString(2), row.getString(3), row.getString(4)))
        .optional()
        .orElseGet(Duplicate::new);
  }

  private static Entry before(String status, String details, String reasons, String sha256) {
    if (status.equals("rejected")) {
      throw new FileRejectedException(
          parse(reasons, new TypeReference<List<Reason>>() {}).stream()
              .map(Reason::problem)
              .toList());
    }
    return new LoadedBefore(parse(details, new TypeReference<LoadResult>() {}), sha256);
  }

  /**
   * Enters the hash of a file that was read. Waits for a rival that loads the same bytes.
   *
   * @throws ConcurrencyFailureException when the rival has loaded them; when the load is repeated,
   *     it finds that out before it reads
   */
  void enterContent(long loadRunId, String sha256) {
    try {
      jdbc.sql("update refkeeper.load_run set sha256 = ? where id = ?")
          .params(sha256, loadRunId)
          .update();
    } catch (DuplicateKeyException e) {
      if (!isOf(CONTENT_KEY, e)) {
        throw e; // of a COPY that was still open
      }
      throw new ConcurrencyFailureException("the same content was loaded meanwhile", e);
    }
  }

  private static boolean isOf(String constraint, DuplicateKeyException failure) {
    return failure.getMostSpecificCause() instanceof PSQLException cause
        && cause.getServerErrorMessage() != null
        && constraint.equals(cause.getServerErrorMessage().getConstraint());
  }

  /** Completes the row of a load; loads whose scopes it replaced are current no longer. */
  void complete(DomainLoad load, LoadResult result, boolean degraded) {
    String[] scopes = load.scopes().replaced().toArray(String[]::new);
    if (scopes.length > 0) {
      jdbc.sql(
              """
              update refkeeper.load_run set is_current = false
              where domain = ? and is_current and id <> ? and scopes && ?::text[]
              """)
          .param(load.domain().name())
          .param(load.loadRunId())
          .param(scopes)
          .update();
    }
    jdbc.sql(
            """
            update refkeeper.load_run
            set status = 'loaded', scopes = ?::text[], rows_read = ?, rows_loaded = ?,
                rows_quarantined = ?, rows_filtered = ?, rows_replaced = ?, fk_check = ?,
                degraded = ?, details = ?::jsonb, header = ?::text[], finished_at = clock_timestamp()
            where id = ?
            """)
        .param(scopes)
        .param(result.rowsRead())
        .param(result.rowsLoaded())
        .param(result.rowsQuarantined())
        .param(result.rowsFiltered())
        .param(result.rowsReplaced())
        .param(result.fkCheck())
        .param(degraded)
        .param(json(result))
        .param(load.rows().header().toArray(String[]::new))
        .param(load.loadRunId())
        .update();
  }

  /**
   * Records a rejected delivery, after its transaction was rolled back.
   *
   * @return false when it is recorded already
   */
  boolean reject(Delivery delivery, String domain, String table, String sha256, Object reasons) {
    return jdbc.sql(
                """
            insert into refkeeper.load_run
              (delivery_id, domain, table_schema, table_name, file_name, sha256, file_bytes, status,
               is_current, reasons, instance, finished_at)
            values (?, ?, '', ?, ?, ?, ?, 'rejected', false, ?::jsonb, ?, clock_timestamp())
            on conflict (delivery_id, domain) do nothing
            """)
            .params(
                delivery.id(),
                domain,
                table,
                delivery.name(),
                sha256,
                delivery.size(),
                json(reasons),
                instance)
            .update()
        > 0;
  }

  /** Whether this very delivery is recorded as rejected, for whatever domain. */
  boolean isRejected(Delivery delivery) {
    return jdbc.sql(
            "select exists (select from refkeeper.load_run where delivery_id = ? and status = 'rejected')")
        .param(delivery.id())
        .query(Boolean.class)
        .single();
  }

  private static <T> T parse(String json, TypeReference<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The ledger's details cannot be read: " + json, e);
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
