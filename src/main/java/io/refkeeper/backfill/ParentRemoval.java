package io.refkeeper.backfill;

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

  /** Columns of a table that name a parent. */
  public record Reference(
      TableName child, List<String> columns, TableName parent, List<String> parentColumns) {}

  /**
   * Deletes the parents that a derivation inserted, with their provenance and audit rows, unless a
   * row names them.
   *
   * @param references all columns that may name them: of the fact table, and of the tables that
   *     this load made parents in
   */
  public void remove(Derivation derivation, Collection<Reference> references, long loadRunId) {
    BoundForeignKey foreignKey = derivation.foreignKey();
    List<Candidate> inserted =
        derivation.candidates().stream().filter(Candidate::inserted).toList();
    if (inserted.isEmpty()) {
      return;
    }
    String notNamed =
        references.stream()
            .filter(reference -> reference.parent().equals(foreignKey.parent().name()))
            .map(ParentRemoval::notNamedBy)
            .collect(Collectors.joining());
    String key = KeySql.keyArray("removed", foreignKey.keyColumns());
    String sql =
        """
        with removed as (
          delete from %s p using %s where %s%s returning p.*, w.n as refkeeper_n
        ), unaudited as (
          delete from refkeeper.audit_log a using removed
          where a.run_kind = 'load' and a.run_id = ? and a.table_schema = ? and a.table_name = ?
            and a.key = %s
        ), unrecorded as (
          delete from refkeeper.derived_record d using removed
          where d.load_run_id = ? and d.table_schema = ? and d.table_name = ? and d.key = %s
        )
        select refkeeper_n from removed
        """
            .formatted(
                foreignKey.parent().name().sql(),
                KeySql.wanted(foreignKey.keyColumns().size()),
                KeySql.match(foreignKey),
                notNamed,
                key,
                key);
    JdbcClient.StatementSpec statement = jdbc.sql(sql);
    for (String[] column : foreignKey.columnsOf(inserted.stream().map(Candidate::key).toList())) {
      statement = statement.param(column);
    }
    TableName name = foreignKey.parent().name();
    statement
        .params(loadRunId, name.schema(), name.name(), loadRunId, name.schema(), name.name())
        .query(
            row -> {
              inserted.get(row.getInt(1) - 1).markRemoved();
            });
  }

  private static String notNamedBy(Reference reference) {
    String same =
        IntStream.range(0, reference.columns().size())
            .mapToObj(
                i ->
                    "child.%s = p.%s"
                        .formatted(
                            TableName.quote(reference.columns().get(i)),
                            TableName.quote(reference.parentColumns().get(i))))
            .collect(Collectors.joining(" and "));
    return " and not exists (select 1 from %s child where %s)"
        .formatted(reference.child().sql(), same);
  }
}
