package io.refkeeper.ingest;

import io.refkeeper.database.RowFailure;
import io.refkeeper.database.TableName;
import io.refkeeper.ingest.CopyStream.CopyFailedException;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.quarantine.QuarantinedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
  private final CopyBuffer buffer = new CopyBuffer();

  FactCopy(DataSource target) {
    this.copy = new CopyStream(target);
    this.trial = new RowTrial(target, copy);
  }

  /** What a COPY writes into: the table, its columns, and a value that is the same in every row. */
  record Target(TableName table, List<String> columns, String loadIdColumn, long loadRunId) {

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
   * Copies rows.
   *
   * @param bad takes the rows that the database refused
   * @return the rows that are in the table now
   */
  List<FactRow> copy(
      DomainLoad load,
      Target target,
      List<FactRow> rows,
      boolean mayRefuse,
      List<QuarantinedRow> bad) {
    if (!mayRefuse) {
      copyAll(target, rows);
      return rows;
    }
    List<FactRow> copied = new ArrayList<>(rows.size());
    copyAround(load, target, rows, copied, bad);
    return copied;
  }

  private void copyAround(
      DomainLoad load,
      Target target,
      List<FactRow> rows,
      List<FactRow> copied,
      List<QuarantinedRow> bad) {
    List<FactRow> rest = rows;
    for (int refusals = 0; !rest.isEmpty(); refusals++) {
      DatabaseRefusal refusal = tryToCopy(target, rest);
      if (refusal == null) {
        copied.addAll(rest);
        return;
      }
      int guilty = refusal.row();
      boolean named = guilty >= 0 && guilty < rest.size();
      if (!named || refusals >= REFUSALS_BY_COPY) {
        insertOneByOne(load, target, rest, copied, bad);
        return;
      }
      // what came before the guilty row is right, as far as it was looked at
      copyAround(load, target, rest.subList(0, guilty), copied, bad);
      bad.add(quarantined(load, rest.get(guilty), refusal));
      rest = rest.subList(guilty + 1, rest.size());
    }
  }

  private void insertOneByOne(
      DomainLoad load,
      Target target,
      List<FactRow> rows,
      List<FactRow> copied,
      List<QuarantinedRow> bad) {
    List<FactRow> taken = new ArrayList<>(rows);
    for (DatabaseRefusal refusal : trial.insert(load.factTable(), target, rows)) {
      bad.add(quarantined(load, rows.get(refusal.row()), refusal));
      taken.set(refusal.row(), null);
    }
    taken.removeIf(Objects::isNull);
    copied.addAll(taken);
  }

  /** Null when all rows were copied; else nothing of them was. */
  private DatabaseRefusal tryToCopy(Target target, List<FactRow> rows) {
    copy.savepoint();
    try {
      copyAll(target, rows);
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

  private void copyAll(Target target, List<FactRow> rows) {
    buffer.clear();
    int columns = target.columns().size();
    String loadId = Long.toString(target.loadRunId());
    for (FactRow row : rows) {
      if (target.loadIdColumn() == null) {
        buffer.row(row.values(), columns);
      } else {
        for (int i = 0; i < columns; i++) {
          buffer.value(row.values()[i]);
          buffer.separator();
        }
        buffer.value(loadId);
        buffer.endRow();
      }
    }
    long taken = copy.copy(target.statement(), buffer);
    if (taken != rows.size()) {
      throw target.rowsDropped(rows.size(), taken);
    }
  }

  private static QuarantinedRow quarantined(DomainLoad load, FactRow row, DatabaseRefusal refusal) {
    return load.quarantined(
        row.source(), row.values(), refusal.column(), null, refusal.code(), refusal.reason());
  }
}
