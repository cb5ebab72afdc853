package io.refkeeper.backfill;

import io.refkeeper.database.PostgresMessage;
import io.refkeeper.database.RowFailure;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.KeyVerification;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
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

  /** Halves the parents until one that the table does not take is alone. */
  private List<DerivedParent> insertAround(
      Derivation derivation, List<DerivedParent> parents, Marks marks) {
    List<DerivedParent> possible = parents.stream().filter(p -> p.refusal() == null).toList();
    List<DerivedParent> done = new ArrayList<>(parents);
    done.removeAll(possible);
    if (possible.isEmpty()) {
      return done;
    }
    SQLException failure = tryToInsert(derivation, possible, marks);
    if (failure == null) {
      done.addAll(possible);
    } else if (possible.size() == 1) {
      done.add(repaired(derivation, possible.get(0), marks, failure));
    } else {
      int half = possible.size() / 2;
      done.addAll(insertAround(derivation, possible.subList(0, half), marks));
      done.addAll(insertAround(derivation, possible.subList(half, possible.size()), marks));
    }
    return done;
  }

  /**
   * Leaves the optional values empty without which the failure goes away or becomes another one;
   * when none does, the parent is refused.
   */
  private DerivedParent repaired(
      Derivation derivation, DerivedParent parent, Marks marks, SQLException failure) {
    String reason = PostgresMessage.of(failure);
    for (int column : parent.optionalValues(derivation)) {
      DerivedParent without = parent.without(derivation, column, reason);
      SQLException next = tryToInsert(derivation, List.of(without), marks);
      if (next == null) {
        return without;
      }
      if (!PostgresMessage.of(next).equals(reason)) {
        return repaired(derivation, without, marks, next);
      }
    }
    return parent.refused(derivation, reason);
  }

  private SQLException tryToInsert(
      Derivation derivation, List<DerivedParent> parents, Marks marks) {
    return RowFailure.attempt(template, () -> insertMissing(derivation, parents, marks));
  }

  private static List<Object> keys(List<DerivedParent> parents) {
    return parents.stream().map(parent -> parent.candidate().key()).toList();
  }

  private void insertMissing(Derivation derivation, List<DerivedParent> parents, Marks marks) {
    long start = System.nanoTime();
    BoundForeignKey foreignKey = derivation.foreignKey();
    JdbcClient.StatementSpec statement = jdbc.sql(insertStatement(derivation));
    for (String[] column : foreignKey.columnsOf(keys(parents))) {
      statement = statement.param(column);
    }
    for (int c = 0; c < derivation.columns().size(); c++) {
      int column = c;
      statement =
          statement.param(
              parents.stream().map(parent -> parent.values().get(column)).toArray(String[]::new));
    }
    statement = statement.param(marks.needsReview()).param(marks.domain());
    statement.query(
        row -> {
          parents.get(row.getInt(1) - 1).candidate().markInserted();
        });
    derivation.addInsertNanos(System.nanoTime() - start);
  }

  /**
   * One statement: parents in key order (two loads that insert the same keys in opposite orders
   * would deadlock), their audit rows, and their marks; it returns the positions that were
   * inserted.
   */
  private static String insertStatement(Derivation derivation) {
    BoundForeignKey foreignKey = derivation.foreignKey();
    int keys = foreignKey.keyColumns().size();
    int values = derivation.columns().size();
    List<String> targets = new ArrayList<>();
    List<String> typed = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      targets.add(TableName.quote(foreignKey.keyColumns().get(i).name()));
      typed.add("w.k%d::%s".formatted(i + 1, foreignKey.keyColumns().get(i).declaredType()));
    }
    String keyOrder = String.join(", ", typed);
    for (int i = 0; i < values; i++) {
      Column column = derivation.columns().get(i).column();
      targets.add(TableName.quote(column.name()));
      typed.add("w.c%d::%s".formatted(i + 1, column.declaredType()));
    }
    String unnestNames =
        IntStream.rangeClosed(1, keys).mapToObj(i -> "k" + i).collect(Collectors.joining(", "))
            + IntStream.rangeClosed(1, values)
                .mapToObj(i -> ", c" + i)
                .collect(Collectors.joining());
    String arrays = String.join(", ", Collections.nCopies(keys + values, "?::text[]"));
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
          select * from unnest(%s) with ordinality as u(%s, n)
        ), inserted as (
          insert into %s (%s, _source, _needs_review, _derived_from_domain, _derived_at)
          select %s, 'auto_derived', ?, ?, clock_timestamp() from w order by %s
          on conflict (%s) do nothing
          returning *
        )
        select w.n from inserted i join w on %s
        """
        .formatted(
            arrays,
            unnestNames,
            foreignKey.parent().name().sql(),
            String.join(", ", targets),
            String.join(", ", typed),
            keyOrder,
            TableName.quoteAll(foreignKey.keyColumns().stream().map(Column::name).toList()),
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
