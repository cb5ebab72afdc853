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
   * Deletes the parents that a derivation inserted, unless a row names them.
   *
   * @param references all columns that may name them: of the fact table, and of the tables that
   *     this load made parents in
   */
  public void remove(Derivation derivation, Collection<Reference> references) {
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
    String sql =
        "delete from %s p using %s where %s%s returning w.n"
            .formatted(
                foreignKey.parent().name().sql(),
                KeySql.wanted(foreignKey.keyColumns().size()),
                KeySql.match(foreignKey),
                notNamed);
    JdbcClient.StatementSpec statement = jdbc.sql(sql);
    for (String[] column : foreignKey.columnsOf(inserted.stream().map(Candidate::key).toList())) {
      statement = statement.param(column);
    }
    statement.query(
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
