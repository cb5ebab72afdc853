package io.refkeeper.backfill;

import io.refkeeper.database.Table;
import io.refkeeper.database.Table.ForeignKeyConstraint;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.BoundForeignKey;
import io.refkeeper.reference.KeySql;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Takes back parents that this load made and that no row of it names in the end, because all their
 * rows went to quarantine. Nobody else can have seen them: they were never committed.
 */
public final class ParentRemoval {

  private final JdbcClient jdbc;

  public ParentRemoval(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /**
   * Deletes parents with their provenance and audit rows, unless another parent of this load points
   * to them.
   *
   * @param keys of parents that this load inserted
   * @param otherParents the tables that this load made parents in
   * @return how many were removed
   */
  public long remove(
      BoundForeignKey foreignKey,
      List<Object> keys,
      Collection<Table> otherParents,
      long loadRunId) {
    if (keys.isEmpty()) {
      return 0;
    }
    String notNamed =
        otherParents.stream()
            .flatMap(
                table ->
                    table.foreignKeys().stream()
                        .filter(
                            constraint -> constraint.parent().equals(foreignKey.parent().name()))
                        .map(constraint -> notNamedBy(table, constraint)))
            .collect(Collectors.joining());
    String key = KeySql.keyArray("removed", foreignKey.keyColumns());
    String sql =
        """
        with removed as (
          delete from %s p using %s where %s%s returning p.*
        ), unaudited as (
          delete from refkeeper.audit_log a using removed
          where a.run_kind = 'load' and a.run_id = ? and a.table_schema = ? and a.table_name = ?
            and a.key = %s
        ), unrecorded as (
          delete from refkeeper.derived_record d using removed
          where d.load_run_id = ? and d.table_schema = ? and d.table_name = ? and d.key = %s
        )
        select count(*) from removed
        """
            .formatted(
                foreignKey.parent().name().sql(),
                KeySql.wanted(foreignKey.keyColumns().size()),
                KeySql.match(foreignKey),
                notNamed,
                key,
                key);
    JdbcClient.StatementSpec statement = jdbc.sql(sql);
    for (String[] column : foreignKey.columnsOf(keys)) {
      statement = statement.param(column);
    }
    TableName name = foreignKey.parent().name();
    return statement
        .params(loadRunId, name.schema(), name.name(), loadRunId, name.schema(), name.name())
        .query(Long.class)
        .single();
  }

  private static String notNamedBy(Table child, ForeignKeyConstraint constraint) {
    String same =
        IntStream.range(0, constraint.columns().size())
            .mapToObj(
                i ->
                    "child.%s = p.%s"
                        .formatted(
                            TableName.quote(constraint.columns().get(i)),
                            TableName.quote(constraint.parentColumns().get(i))))
            .collect(Collectors.joining(" and "));
    return " and not exists (select 1 from %s child where %s)".formatted(child.name().sql(), same);
  }
}
