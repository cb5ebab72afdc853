package io.refkeeper.ingest;

import io.refkeeper.database.RowFailure;
import io.refkeeper.database.TableName;
import io.refkeeper.ingest.CopyStream.CopyFailedException;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.quarantine.QuarantinedRow;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Copies rows into a table, and finds the guilty ones when the database refuses some.
 *
 * <p>The database names the line of a COPY at which it stopped: what came before is copied, the
 * guilty row is set aside, what comes after is tried next. Where it names none (a foreign key is
 * checked at the end of the COPY), and where many rows are bad, they are inserted one by one inside
 * the server. No savepoint is taken for a table that has nothing to refuse.
 */
final class FactCopy {

  private static final int REFUSALS_BY_COPY = 3;

  private final CopyStream copy;
  private final RowTrial trial;

  FactCopy(DataSource target) {
    this.copy = new CopyStream(target);
    this.trial = new RowTrial(target, copy);
  }

  /** What a COPY writes into: the table, its columns, and a value that is the same in every row. */
  record Target(TableName table, List<String> columns, String loadIdColumn, long loadRunId) {

    static Target of(DomainLoad load) {
      return new Target(
          load.factTable().name(),
          load.rows().columns(),
          load.domain().loadIdColumn(),
          load.loadRunId());
    }

    ProblemException rowsDropped(long sent, long stored) {
      return new ProblemException(
          new Problem(
              "rows_dropped",
              "%d rows were sent to %s, but %d were stored: a trigger drops rows; nothing was loaded"
                  .formatted(sent, table, stored),
              table.toString(),
              "let the trigger raise an error instead, so that the row goes to quarantine"));
    }

    String statement() {
      List<String> all = new ArrayList<>(columns);
      if (loadIdColumn != null) {
        all.add(loadIdColumn);
      }
      return "copy %s (%s) from stdin with (format text, encoding 'UTF8')"
          .formatted(table.sql(), TableName.quoteAll(all));
    }
  }

  /**
   * Copies a batch.
   *
   * @return the rows that the database refused; the others are in the table now
   */
  List<QuarantinedRow> copy(DomainLoad load, CopyBatch batch) {
    Work work = new Work(load, Target.of(load), batch, new ArrayList<>());
    if (!load.checks().mayRefuse()) {
      work.copy(batch.encoded(), batch.size());
    } else {
      DatabaseRefusal refusal = work.tryToCopy(batch.encoded(), batch.size());
      if (refusal != null) {
        work.copyAround(batch.rows(), refusal);
      }
    }
    return work.refused;
  }

  /** One batch being copied; {@code refused} gathers what the database did not take. */
  private final class Work {
    private final DomainLoad load;
    private final Target target;
    private final CopyBatch batch;
    private final List<QuarantinedRow> refused;
    private final CopyBuffer part = new CopyBuffer();

    Work(DomainLoad load, Target target, CopyBatch batch, List<QuarantinedRow> refused) {
      this.load = load;
      this.target = target;
      this.batch = batch;
      this.refused = refused;
    }

    void copy(CopyBuffer encoded, int rows) {
      long taken =
          load.checks().foreignKeysVerified()
              ? copy.copyVerified(target.statement(), encoded)
              : copy.copy(target.statement(), encoded);
      if (taken != rows) {
        throw target.rowsDropped(rows, taken);
      }
    }

    /** Null when all rows were copied; else nothing of them was. */
    DatabaseRefusal tryToCopy(CopyBuffer encoded, int rows) {
      copy.savepoint();
      try {
        copy(encoded, rows);
        copy.release();
        return null;
      } catch (CopyFailedException e) {
        if (!RowFailure.is(e.sqlException())) {
          throw e;
        }
        copy.rollbackToSavepoint();
        return DatabaseRefusal.of(e.sqlException());
      }
    }

    private DatabaseRefusal tryToCopy(List<FactRow> rows) {
      part.clear();
      rows.forEach(row -> batch.encode(row, part));
      return tryToCopy(part, rows.size());
    }

    /** Copies the rows without those that are to blame, the first refusal being known. */
    void copyAround(List<FactRow> rows, DatabaseRefusal first) {
      List<FactRow> rest = rows;
      DatabaseRefusal refusal = first;
      for (int refusals = 0; refusal != null; refusals++) {
        int guilty = refusal.row();
        boolean named = guilty >= 0 && guilty < rest.size();
        if (!named || refusals >= REFUSALS_BY_COPY) {
          insertOneByOne(rest);
          return;
        }
        // what came before the guilty row is right, as far as it was looked at
        List<FactRow> before = rest.subList(0, guilty);
        DatabaseRefusal earlier = before.isEmpty() ? null : tryToCopy(before);
        if (earlier != null) {
          copyAround(before, earlier);
        }
        refused.add(quarantined(rest.get(guilty), refusal));
        rest = rest.subList(guilty + 1, rest.size());
        refusal = rest.isEmpty() ? null : tryToCopy(rest);
      }
    }

    private void insertOneByOne(List<FactRow> rows) {
      for (DatabaseRefusal refusal : trial.insert(load.factTable(), target, rows)) {
        refused.add(quarantined(rows.get(refusal.row()), refusal));
      }
    }

    private QuarantinedRow quarantined(FactRow row, DatabaseRefusal refusal) {
      return load.quarantined(
          row.source(), row.values(), refusal.column(), null, refusal.code(), refusal.reason());
    }
  }
}
