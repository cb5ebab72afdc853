package io.refkeeper.backfill;

import io.refkeeper.database.RowByRow;
import io.refkeeper.reference.KeySql;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Derived parents as rows of SQL: {@code k1, k2 … c1, c2 … n}, texts of the key and of the other
 * columns, and the position in the list from 1 on.
 */
final class StagedParents {

  /** The rows of one run of {@link RowByRow}. */
  static final String OF_RUN =
      "select * from pg_temp.refkeeper_parents where n > %s and n <= %s"
          .formatted(RowByRow.FROM, RowByRow.TO);

  /** What a run did, a number a row; see {@link #stage}. */
  static final String DONE = "pg_temp.refkeeper_parents_done";

  private StagedParents() {}

  /** All of them, each column an array to be bound: see {@link #arrays}. */
  static String unnested(Derivation derivation) {
    int keys = derivation.foreignKey().keyColumns().size();
    int values = derivation.columns().size();
    return "select * from unnest(%s) with ordinality as u(%s%s, n)"
        .formatted(
            String.join(", ", Collections.nCopies(keys + values, "?::text[]")),
            KeySql.names("k", keys),
            IntStream.rangeClosed(1, values)
                .mapToObj(i -> ", c" + i)
                .collect(Collectors.joining()));
  }

  /** The binds of {@link #unnested}. */
  static List<Object> arrays(Derivation derivation, List<DerivedParent> parents) {
    List<Object> keys = parents.stream().map(parent -> parent.candidate().key()).toList();
    List<Object> arrays = new ArrayList<>(derivation.foreignKey().columnsOf(keys));
    for (int c = 0; c < derivation.columns().size(); c++) {
      int column = c;
      arrays.add(
          parents.stream().map(parent -> parent.values().get(column)).toArray(String[]::new));
    }
    return arrays;
  }

  /** Puts them into a temporary table, and makes another one for what becomes of them. */
  static void stage(JdbcTemplate jdbc, Derivation derivation, List<DerivedParent> parents) {
    jdbc.execute("drop table if exists pg_temp.refkeeper_parents, " + DONE);
    jdbc.update(
        "create temporary table refkeeper_parents on commit drop as " + unnested(derivation),
        arrays(derivation, parents).toArray());
    jdbc.execute("alter table pg_temp.refkeeper_parents add primary key (n)");
    jdbc.execute("analyze pg_temp.refkeeper_parents");
    jdbc.execute("create temporary table refkeeper_parents_done (n bigint) on commit drop");
  }
}
