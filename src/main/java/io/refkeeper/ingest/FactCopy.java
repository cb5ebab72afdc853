package io.refkeeper.ingest;

import io.refkeeper.database.RowFailure;
import io.refkeeper.database.TableName;
import io.refkeeper.database.copy.CopyFormat;
import io.refkeeper.database.copy.EncodedRows;
import io.refkeeper.database.copy.KeptCopy;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.quarantine.QuarantinedRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;

/**
 * Copies rows into a table, and finds the guilty ones when the database refuses some.
 *
 * <p>A table that has nothing to refuse takes each batch as it comes, without a savepoint, and in
 * one COPY with the next ones where the foreign keys are proven. For any other a group of batches
 * is copied under one savepoint; when that fails, the group's rows are tested set-wise, and where
 * no set-wise test can tell, one by one inside the server.
 */
final class FactCopy {

  private final CopyStream copy;
  private final SetTrial sets;
  private final RowTrial single;
  private final int rowsPerPart;

  FactCopy(DataSource target, int rowsPerPart) {
    this.copy = new CopyStream(target);
    this.sets = new SetTrial(target, copy);
    this.single = new RowTrial(target, copy);
    this.rowsPerPart = rowsPerPart;
  }

  /** What a COPY writes into: the table, its columns, and a value that is the same in every row. */
  record Target(
      TableName table,
      List<String> columns,
      String loadIdColumn,
      long loadRunId,
      boolean foreignKeysProven)
      implements KeptCopy.Target {

    static Target of(DomainLoad load) {
      return new Target(
          load.factTable().name(),
          load.rows().columns(),
          load.domain().loadIdColumn(),
          load.loadRunId(),
          load.checks().foreignKeysVerified());
    }

    @Override
    public ProblemException rowsDropped(long sent, long stored) {
      return new ProblemException(
          new Problem(
              "rows_dropped",
              "%d rows were sent to %s, but %d were stored: a trigger drops rows; nothing was loaded"
                  .formatted(sent, table, stored),
              table.toString(),
              "let the trigger raise an error instead, so that the row goes to quarantine"));
    }

    /** The same for another table with these columns. */
    Target into(TableName other) {
      return new Target(other, columns, loadIdColumn, loadRunId, false);
    }

    /** The columns with that of the load id. */
    List<String> allColumns() {
      List<String> all = new ArrayList<>(columns);
      if (loadIdColumn != null) {
        all.add(loadIdColumn);
      }
      return all;
    }

    @Override
    public String statement(CopyFormat format) {
      return "copy %s (%s) from stdin with (%s)"
          .formatted(table.sql(), TableName.quoteAll(allColumns()), format.options());
    }
  }

  /**
   * What became of rows.
   *
   * @param rows how many were handled, the refused ones among them
   * @param rowsByScope the same by scope
   */
  record Copied(long rows, Map<Object, long[]> rowsByScope) {}

  /**
   * Copies a batch, or keeps it until its group is whole.
   *
   * @param refused takes what the database refuses, some at a time
   * @return what was handled now: nothing, this batch, or a group that it completes
   */
  Copied copy(DomainLoad load, CopyBatch batch, Consumer<List<QuarantinedRow>> refused) {
    if (load.checks().refusals() == Refusals.NONE) {
      if (load.checks().foreignKeysVerified()) {
        copy.keepCopyingVerified(Target.of(load), batch.encoded());
      } else {
        copyAll(load, batch.encoded(), batch.size());
      }
      return new Copied(batch.size(), Map.copyOf(batch.rowsByScope()));
    }
    CopyGroup group = load.group();
    group.add(batch);
    return group.isWhole() ? flush(load, refused) : new Copied(0, Map.of());
  }

  /** Copies what still waits for its group to be whole. */
  Copied flush(DomainLoad load, Consumer<List<QuarantinedRow>> refused) {
    CopyGroup group = load.group();
    if (group.size() > 0 && (group.isSuspect() || !tryToCopy(load, group))) {
      if (load.checks().refusals() == Refusals.BY_ROW || !trySets(load, group, refused)) {
        insertOneByOne(load, group, refused);
      }
    }
    Copied copied = new Copied(group.size(), new HashMap<>(group.rowsByScope()));
    group.next();
    return copied;
  }

  private void copyAll(DomainLoad load, EncodedRows encoded, int rows) {
    Target target = Target.of(load);
    long taken =
        load.checks().foreignKeysVerified()
            ? copy.copyVerified(target, encoded)
            : copy.copy(target, encoded);
    if (taken != rows) {
      throw target.rowsDropped(rows, taken);
    }
  }

  private boolean tryToCopy(DomainLoad load, CopyGroup group) {
    boolean taken =
        isTaken(
            () -> {
              for (Iterator<List<FactRow>> parts = group.parts(rowsPerPart); parts.hasNext(); ) {
                List<FactRow> rows = parts.next();
                EncodedRows part = load.buffer();
                load.encoder().encode(rows, part);
                copyAll(load, part, rows.size());
              }
            });
    if (!taken) {
      group.refused();
    }
    return taken;
  }

  private boolean trySets(
      DomainLoad load, CopyGroup group, Consumer<List<QuarantinedRow>> refused) {
    Target target = Target.of(load);
    sets.begin(load.factTable());
    RowEncoder texts = load.encoder().asTexts();
    EncodedRows part = texts.newRows();
    for (Iterator<List<FactRow>> parts = group.parts(rowsPerPart); parts.hasNext(); ) {
      texts.encode(parts.next(), part);
      sets.stage(target, part);
    }
    List<DatabaseRefusal> refusals = new ArrayList<>();
    boolean taken =
        isTaken(
            () ->
                refusals.addAll(
                    sets.insert(load.factTable(), target, !load.checks().foreignKeysVerified())));
    if (taken) {
      refuse(load, group, refusals, refused);
    }
    return taken;
  }

  private void refuse(
      DomainLoad load,
      CopyGroup group,
      List<DatabaseRefusal> refusals,
      Consumer<List<QuarantinedRow>> refused) {
    Map<Integer, DatabaseRefusal> byRow = new HashMap<>();
    refusals.forEach(refusal -> byRow.put(refusal.row(), refusal));
    int n = 0;
    for (Iterator<List<FactRow>> parts = group.parts(rowsPerPart); parts.hasNext(); ) {
      List<QuarantinedRow> guilty = new ArrayList<>();
      for (FactRow row : parts.next()) {
        DatabaseRefusal refusal = byRow.get(n++);
        if (refusal != null) {
          guilty.add(quarantined(load, row, refusal));
        }
      }
      refused.accept(guilty);
    }
  }

  private void insertOneByOne(
      DomainLoad load, CopyGroup group, Consumer<List<QuarantinedRow>> refused) {
    Target target = Target.of(load);
    for (Iterator<List<FactRow>> parts = group.parts(rowsPerPart); parts.hasNext(); ) {
      List<FactRow> rows = parts.next();
      List<QuarantinedRow> guilty = new ArrayList<>();
      for (DatabaseRefusal refusal : single.insert(load, target, rows)) {
        guilty.add(quarantined(load, rows.get(refusal.row()), refusal));
      }
      refused.accept(guilty);
    }
  }

  /** Runs statements under a savepoint; when a row is to blame for a failure, they are undone. */
  private boolean isTaken(Runnable statements) {
    copy.savepoint();
    try {
      statements.run();
      copy.release();
      return true;
    } catch (DataAccessException e) {
      if (!(e.getMostSpecificCause() instanceof SQLException cause) || !RowFailure.is(cause)) {
        throw e;
      }
      copy.rollbackToSavepoint();
      return false;
    }
  }

  private static QuarantinedRow quarantined(DomainLoad load, FactRow row, DatabaseRefusal refusal) {
    return load.quarantined(
        row.source(),
        row.values(),
        refusal.column(),
        refusal.value(),
        refusal.code(),
        refusal.reason());
  }
}
