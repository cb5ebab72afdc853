package io.refkeeper.sync;

import io.refkeeper.audit.AuditLog;
import io.refkeeper.audit.AuditLog.Actor;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Inserts the rows whose key is new, in key order: a load that derives the same keys meanwhile does
 * it in that order, too, and one waits for the other instead of each for the other.
 *
 * <p>First without ON CONFLICT, which costs as much as the insert itself. When somebody else has
 * inserted one of the keys since the comparison, that is undone, and done again with it.
 */
final class NewRows {

  private final TransactionTemplate savepoint;
  private final AuditLog audit;

  NewRows(DataSource target, AuditLog audit) {
    this.savepoint = new TransactionTemplate(new JdbcTransactionManager(target));
    savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    this.audit = audit;
  }

  /** Inserts and audits them; the number of those that nobody else has inserted meanwhile. */
  long insert(TableRun run, StagedColumns columns) {
    try {
      return savepoint.execute(status -> insert(run, columns, ""));
    } catch (DuplicateKeyException somebodyElse) {
      return insert(run, columns, "on conflict (%s) do nothing".formatted(columns.keys("")));
    }
  }

  private long insert(TableRun run, StagedColumns columns, String onConflict) {
    String rows =
        run.attempt().isEveryRowNew()
            ? "sync_row r"
            : "sync_row r join sync_delivered d using (_line) where d.is_new";
    String order =
        run.attempt().isEveryRowNew() && run.attempt().isInKeyOrder()
            ? "" // they are read as they were staged
            : "order by " + columns.keys("r.");
    return audit.record(
        run.name(),
        Actor.sync(run.attempt().runId()),
        """
        changed as (
          insert into %s as t (%s, _source, _needs_review)
          select %s, 'authoritative', false
          from %s
          %s
          %s
          returning %s as key, 'insert' as action, null::jsonb as before, to_jsonb(t.*) as after)
        """
            .formatted(
                run.attempt().target().name().sql(),
                columns.names(""),
                columns.names("r."),
                rows,
                order,
                onConflict,
                columns.keyArray("t")));
  }
}
