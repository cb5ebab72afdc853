package io.refkeeper.ingest;

import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.TableName;
import io.refkeeper.ingest.Ledger.Target;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.dao.ConcurrencyFailureException;

/** A domain's fact table and its parents, as they are while the load holds its locks. */
record LoadTables(Table fact, Map<ForeignKeyRule, Table> parents) {

  /**
   * Reads them all at once: of a small file, the catalog takes more time than the rows.
   *
   * @throws ProblemException when a parent is not there
   * @throws ConcurrencyFailureException when the fact table was made anew before it was locked
   */
  static LoadTables read(Catalog catalog, Target target) {
    Domain domain = target.domain();
    TableName factName = factName(domain);
    List<TableName> names = new ArrayList<>(List.of(factName));
    domain.foreignKeys().forEach(rule -> names.add(parentName(rule)));
    Map<TableName, Table> tables = catalog.tables(names);
    Table fact = tables.get(factName);
    if (fact == null || fact.oid() != target.oid()) {
      throw new ConcurrencyFailureException(factName + " was replaced by another session");
    }
    Map<ForeignKeyRule, Table> parents = new LinkedHashMap<>();
    for (ForeignKeyRule rule : domain.foreignKeys()) {
      Table parent = tables.get(parentName(rule));
      if (parent == null) {
        throw missing(parentName(rule));
      }
      parents.put(rule, parent);
    }
    return new LoadTables(fact, parents);
  }

  Table parent(ForeignKeyRule rule) {
    return parents.get(rule);
  }

  /** The parents' key columns, by the column of the fact that names them. */
  Map<String, Column> keyColumns() {
    Map<String, Column> columns = new HashMap<>();
    parents.forEach(
        (rule, parent) -> {
          for (int i = 0; i < rule.sourceColumns().size(); i++) {
            String source = rule.sourceColumns().get(i);
            parent
                .column(rule.targetKey().get(i))
                .ifPresent(key -> columns.putIfAbsent(source, key));
          }
        });
    return columns;
  }

  /**
   * The oid by which a domain's fact table is locked.
   *
   * @throws ProblemException when there is no such table
   */
  static long factOid(Catalog catalog, Domain domain) {
    return catalog.oid(factName(domain)).orElseThrow(() -> missing(factName(domain)));
  }

  static TableName factName(Domain domain) {
    return new TableName(domain.targetSchema(), domain.targetTable());
  }

  private static TableName parentName(ForeignKeyRule rule) {
    return new TableName(rule.targetSchema(), rule.targetTable());
  }

  static ProblemException missing(TableName table) {
    return new ProblemException(
        new Problem(
            "table_missing",
            "The database has no table %s as configured; nothing was loaded".formatted(table),
            table.toString(),
            "run refkeeper check, which lists everything that is missing"));
  }
}
