package io.refkeeper.quality.validation;

import io.refkeeper.database.SqlResource;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.quality.validation.ValidationFinding.Counted;
import io.refkeeper.quality.validation.ValidationFinding.Sample;
import io.refkeeper.quality.validation.ValidationReport.CheckedTable;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * The questions that the validation asks of the database. Each is one statement over whole sets:
 * what it costs is one scan of the tables it is about, however much is wrong.
 */
final class Checks {

  private static final String ORPHANS = SqlResource.read("validation_orphans");
  private static final String SIMILAR_KEYS = SqlResource.read("validation_similar_keys");
  private static final String UNUSED = SqlResource.read("validation_unused_derived");
  private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "name", "citext");

  private final JdbcClient jdbc;

  Checks(DataSource target) {
    this.jdbc = JdbcClient.create(target);
  }

  /** How many rows the table has. */
  CheckedTable rows(Table table) {
    return jdbc.sql(
            "select count(*), count(*) filter (where _source = 'auto_derived') from " + from(table))
        .query(
            (row, n) -> new CheckedTable(table.name().toString(), row.getLong(1), row.getLong(2)))
        .single();
  }

  /**
   * Keys that a table names and that its parent does not have, by how many rows name them.
   *
   * @param child the relation's child as the catalog has it
   */
  Counted orphans(Relation relation, Table child, String parent) {
    return counted(
        jdbc.sql(
            ORPHANS.formatted(
                Relation.keyArray("f", relation.columns()),
                from(child),
                relation.named("f"),
                parent,
                relation.matches("f", "p"),
                relation.columns("f"))));
  }

  /** Keys that are one key when case, width and spaces do not count. */
  Counted similarKeys(Table table, List<String> key) {
    boolean texts =
        key.stream()
            .flatMap(name -> table.column(name).stream())
            .map(Column::baseType)
            .anyMatch(TEXTS::contains);
    if (!texts) {
      return Counted.NOTHING;
    }
    String folded =
        key.stream()
            .map(name -> "t.%s::text".formatted(TableName.quote(name)))
            .map(
                """
                regexp_replace(lower(normalize(%s collate "default", nfkc)), \
                '[\\s\\u00ad\\u200b-\\u200d\\u2060\\ufeff]+', '', 'g')"""
                    ::formatted)
            .collect(Collectors.joining(", ", "array[", "]"));
    return counted(
        jdbc.sql(SIMILAR_KEYS.formatted(Relation.keyArray("t", key), folded, from(table))));
  }

  /** Derived rows that no row of any table names. */
  Counted unusedDerived(Table table, List<String> key, Collection<Relation> naming) {
    String unnamed =
        naming.stream().map(relation -> unnamed(table, relation)).collect(Collectors.joining("\n"));
    return counted(jdbc.sql(UNUSED.formatted(Relation.keyArray("t", key), from(table), unnamed)));
  }

  /**
   * The distinct keys are found first, by one scan: a nested loop or a hash of all facts, which the
   * plain NOT EXISTS may come to, cost far more. A row that names itself is not named.
   */
  private static String unnamed(Table table, Relation relation) {
    boolean self = relation.child().equals(table.name());
    String notItself = self ? " and not (%s)".formatted(relation.matches("f", "f")) : "";
    return "  and not exists (select from (select distinct %s from %s f where %s%s) f where %s)"
        .formatted(
            relation.columns("f"),
            relation.child().sql(),
            relation.named("f"),
            notItself,
            relation.matches("f", "t"));
  }

  /** A row of an inheritance child is no row of the table; the rows of a partition are. */
  static String from(Table table) {
    return table.kind().equals("r") ? "only " + table.name().sql() : table.name().sql();
  }

  /** The statement yields samples, each with the totals. */
  private static Counted counted(StatementSpec statement) {
    long[] totals = new long[2];
    List<Sample> samples =
        statement
            .query(
                (row, n) -> {
                  totals[0] = row.getLong("total_keys");
                  totals[1] = row.getLong("total_rows");
                  return new Sample(keys(row.getArray("keys")), note(row));
                })
            .list();
    return new Counted(totals[0], totals[1], samples);
  }

  private static String note(ResultSet row) throws SQLException {
    String note = row.getString("note");
    return note == null ? "" : note;
  }

  private static List<List<String>> keys(Array array) throws SQLException {
    List<List<String>> keys = new ArrayList<>();
    for (String[] key : (String[][]) array.getArray()) {
      keys.add(Arrays.asList(key));
    }
    return keys;
  }
}
