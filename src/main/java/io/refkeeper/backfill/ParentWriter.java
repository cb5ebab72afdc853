package io.refkeeper.backfill;

import io.refkeeper.backfill.ParentRepair.Failure;
import io.refkeeper.database.RowByRow;
import io.refkeeper.database.RowFailure;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.KeyVerification;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Inserts derived parents with their tracking columns, one statement a foreign key, inside the
 * load's transaction. {@link ProvenanceWriter} tells of those that stay.
 */
public final class ParentWriter {

  /** A key that a rival transaction made and rolled back again is inserted anew this often. */
  private static final int ATTEMPTS = 3;

  private final JdbcTemplate template;
  private final JdbcClient jdbc;
  private final KeyVerification verification;

  public ParentWriter(DataSource target, KeyVerification verification) {
    this.template = new JdbcTemplate(target);
    this.jdbc = JdbcClient.create(template);
    this.verification = verification;
  }

  /**
   * What the rows are marked with.
   *
   * @param domain whose facts name them
   */
  public record Marks(String domain, boolean needsReview) {}

  /**
   * Inserts the parents that are not there and locks all of them {@code FOR KEY SHARE}. A parent
   * that a concurrent load made first is no error. Of a parent that the table does not take, the
   * optional values to blame are left empty; when that does not help it is refused.
   *
   * @return all parents, as they are now
   * @throws ParentsNotMadeException when a parent is still missing after three attempts
   */
  public List<DerivedParent> insert(
      Derivation derivation, List<DerivedParent> parents, Marks marks) {
    List<DerivedParent> settled = new ArrayList<>();
    List<DerivedParent> missing = new ArrayList<>(parents);
    for (int attempt = 0; attempt < ATTEMPTS && !missing.isEmpty(); attempt++) {
      List<DerivedParent> possible = new ArrayList<>();
      for (DerivedParent parent : insertAround(derivation, missing, marks)) {
        (parent.refusal() == null ? possible : settled).add(parent);
      }
      BitSet found = verification.lockExisting(derivation.foreignKey(), keys(possible));
      missing.clear();
      for (int i = 0; i < possible.size(); i++) {
        (found.get(i) ? settled : missing).add(possible.get(i));
      }
    }
    if (!missing.isEmpty()) {
      throw new ParentsNotMadeException(derivation.foreignKey().parent().name(), keys(missing));
    }
    return settled;
  }

  /** Inserts all at once; when the table does not take some, it is asked one by one. */
  private List<DerivedParent> insertAround(
      Derivation derivation, List<DerivedParent> parents, Marks marks) {
    List<DerivedParent> possible = new ArrayList<>();
    List<DerivedParent> done = new ArrayList<>();
    parents.forEach(parent -> (parent.refusal() == null ? possible : done).add(parent));
    if (possible.isEmpty()) {
      return done;
    }
    if (RowFailure.attempt(template, () -> insertMissing(derivation, possible, marks)) == null) {
      done.addAll(possible);
      return done;
    }
    List<ParentRepair> repairs =
        possible.stream().map(parent -> new ParentRepair(derivation, parent)).toList();
    List<ParentRepair> open = repairs;
    while (!open.isEmpty()) {
      Map<Integer, Failure> failures =
          insertOneByOne(derivation, open.stream().map(ParentRepair::candidate).toList(), marks);
      List<ParentRepair> unsettled = new ArrayList<>();
      for (int i = 0; i < open.size(); i++) {
        if (!open.get(i).tried(failures.get(i))) {
          unsettled.add(open.get(i));
        }
      }
      open = unsettled;
    }
    repairs.forEach(repair -> done.add(repair.candidate()));
    return done;
  }

  /** Inserts what the table takes; the failures of the others, by position. */
  private Map<Integer, Failure> insertOneByOne(
      Derivation derivation, List<DerivedParent> parents, Marks marks) {
    StagedParents.stage(template, derivation, parents);
    String insert =
        insertStatement(
            derivation,
            StagedParents.OF_RUN,
            marks.needsReview() + ", " + TableName.literal(marks.domain()),
            "insert into " + StagedParents.DONE);
    RowByRow.prepare(template, insert, parents.size());
    Map<Integer, Failure> failures = new HashMap<>();
    template.query(
        "select refkeeper_refused, refkeeper_message, refkeeper_detail from " + RowByRow.REFUSED,
        row -> {
          failures.put(row.getInt(1) - 1, new Failure(row.getString(2), row.getString(3)));
        });
    template.query(
        "select n from " + StagedParents.DONE,
        row -> {
          parents.get(row.getInt(1) - 1).candidate().markInserted();
        });
    return failures;
  }

  private static List<Object> keys(List<DerivedParent> parents) {
    return parents.stream().map(parent -> parent.candidate().key()).toList();
  }

  private void insertMissing(Derivation derivation, List<DerivedParent> parents, Marks marks) {
    long start = System.nanoTime();
    jdbc.sql(insertStatement(derivation, StagedParents.unnested(derivation), "?, ?", ""))
        .params(StagedParents.arrays(derivation, parents))
        .param(marks.needsReview())
        .param(marks.domain())
        .query(
            row -> {
              parents.get(row.getInt(1) - 1).candidate().markInserted();
            });
    derivation.addInsertNanos(System.nanoTime() - start);
  }

  /**
   * One statement: parents in key order, as the column sorts (two loads, or a load and a sync, that
   * insert the same keys in opposite orders would deadlock), with their marks; it yields the
   * positions that were inserted.
   *
   * @param parents the query of {@link StagedParents} that gives them
   * @param marks the values of {@link Marks}, as SQL
   * @param into what is done with the positions; empty: they are the result
   */
  private static String insertStatement(
      Derivation derivation, String parents, String marks, String into) {
    BoundForeignKey foreignKey = derivation.foreignKey();
    int keys = foreignKey.keyColumns().size();
    int values = derivation.columns().size();
    List<String> targets = new ArrayList<>();
    List<String> typed = new ArrayList<>();
    List<String> order = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      Column column = foreignKey.keyColumns().get(i);
      String value = "w.k%d::%s".formatted(i + 1, column.declaredType());
      targets.add(TableName.quote(column.name()));
      typed.add(value);
      order.add(value + column.collate());
    }
    for (int i = 0; i < values; i++) {
      Column column = derivation.columns().get(i).column();
      targets.add(TableName.quote(column.name()));
      typed.add("w.c%d::%s".formatted(i + 1, column.declaredType()));
    }
    String sameKey =
        IntStream.range(0, keys)
            .mapToObj(
                i ->
                    "i.%s = w.k%d::%s"
                        .formatted(
                            TableName.quote(foreignKey.keyColumns().get(i).name()),
                            i + 1,
                            foreignKey.keyColumns().get(i).declaredType()))
            .collect(Collectors.joining(" and "));
    return """
        with w as (
          %s
        ), inserted as (
          insert into %s (%s, _source, _needs_review, _derived_from_domain, _derived_at)
          select %s, 'auto_derived', %s, clock_timestamp() from w order by %s
          on conflict (%s) do nothing
          returning *
        )
        %s
        select w.n from inserted i join w on %s
        """
        .formatted(
            parents,
            foreignKey.parent().name().sql(),
            String.join(", ", targets),
            String.join(", ", typed),
            marks,
            String.join(", ", order),
            TableName.quoteAll(foreignKey.keyColumns().stream().map(Column::name).toList()),
            into,
            sameKey);
  }

  /** Parents that another session keeps making and taking away. */
  public static final class ParentsNotMadeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ParentsNotMadeException(TableName table, List<Object> keys) {
      super(
          "%d parents of %s were gone again after %d attempts, such as %s"
              .formatted(keys.size(), table, ATTEMPTS, keys.get(0)));
    }
  }
}
