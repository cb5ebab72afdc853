package io.refkeeper.ingest;

import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.database.copy.EncodedRows;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tests rows for what only the database can judge, all at once: they are copied into a temporary
 * table of the fact table's shape, one statement a constraint takes out those that violate it, and
 * the others move into the fact table. Of rows that violate several constraints, and of equal keys,
 * the first counts.
 *
 * <p>What no statement can foresee, such as an exclusion constraint, makes {@link #insert} fail;
 * the caller sets a savepoint before.
 */
final class SetTrial {

  private static final TableName STAGE_TABLE = new TableName("pg_temp", "refkeeper_set_trial");
  private static final String STAGE = STAGE_TABLE.sql();
  private static final String NUMBER = "refkeeper_n";

  private final JdbcTemplate jdbc;
  private final CopyStream copy;

  SetTrial(DataSource target, CopyStream copy) {
    this.jdbc = new JdbcTemplate(target);
    this.copy = copy;
  }

  /** An empty stage for this table. Sets no savepoint, for nothing can be refused here. */
  void begin(Table fact) {
    jdbc.execute("drop table if exists " + STAGE);
    jdbc.execute(
        """
        create temporary table refkeeper_set_trial (
          like %s including defaults including generated including identity,
          %s bigint generated always as identity) on commit drop
        """
            .formatted(fact.name().sql(), NUMBER));
  }

  /**
   * Copies rows behind those that are staged already; they are numbered from 0 on.
   *
   * @param rows of one format, for those of two would change their order
   */
  void stage(FactCopy.Target target, EncodedRows rows) {
    copy.copy(target.into(STAGE_TABLE), rows);
  }

  /**
   * Moves the rows that violate nothing into the fact table.
   *
   * @return the others, in any order
   * @throws org.springframework.dao.DataAccessException when a row is refused all the same
   */
  List<DatabaseRefusal> insert(Table fact, FactCopy.Target target, boolean foreignKeysToo) {
    List<DatabaseRefusal> refusals = new ArrayList<>();
    for (FactConstraint constraint : FactConstraint.of(jdbc, fact)) {
      if (canBeTested(constraint, target, foreignKeysToo)) {
        constraint
            .guilty(fact, STAGE, NUMBER)
            .forEach(guilty -> refusals.addAll(take(constraint, fact, guilty)));
      }
    }
    String columns = TableName.quoteAll(target.allColumns());
    long rest = jdbc.queryForObject("select count(*) from " + STAGE, Long.class);
    long stored =
        jdbc.update(
            "insert into %s (%s) select %s from %s order by %s"
                .formatted(fact.name().sql(), columns, columns, STAGE, NUMBER));
    if (stored != rest) {
      throw target.rowsDropped(rest, stored);
    }
    return refusals;
  }

  /** A key that the table fills itself has another value in the stage. */
  private static boolean canBeTested(
      FactConstraint constraint, FactCopy.Target target, boolean foreignKeysToo) {
    return switch (constraint.kind()) {
      case CHECK -> true;
      case UNIQUE -> target.allColumns().containsAll(constraint.columns());
      case FOREIGN_KEY -> foreignKeysToo && target.allColumns().containsAll(constraint.columns());
    };
  }

  private List<DatabaseRefusal> take(FactConstraint constraint, Table fact, String guilty) {
    return jdbc.query(
        "delete from %s s where %s returning %s - 1, %s"
            .formatted(STAGE, guilty, NUMBER, constraint.values()),
        (row, n) ->
            new DatabaseRefusal(
                row.getInt(1),
                constraint.columnNames(),
                row.getString(2),
                constraint.code(),
                constraint.reason(fact)));
  }
}
