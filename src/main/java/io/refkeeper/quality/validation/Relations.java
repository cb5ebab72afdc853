package io.refkeeper.quality.validation;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ForeignKeyRule.AggregationType;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.SqlResource;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.ReferenceTables;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who names whom: the foreign keys of the catalog, completed by the configured ones, because a
 * configured one need not be a real one.
 */
final class Relations {

  private static final String REFERENCES = SqlResource.read("references_to_table");

  private final Configuration configuration;
  private final JdbcClient jdbc;
  private final Map<TableName, Table> tables;

  /** Reads the tables of the configuration as they are now. */
  Relations(Configuration configuration, DataSource target) {
    this.configuration = configuration;
    this.jdbc = JdbcClient.create(target);
    Set<TableName> names = new LinkedHashSet<>(ReferenceTables.all(configuration));
    configuration.domains().values().forEach(domain -> names.add(ReferenceTables.of(domain)));
    this.tables = new Catalog(target).tables(names);
  }

  /** The table as it is; empty if there is none. */
  Optional<Table> table(TableName name) {
    return Optional.ofNullable(tables.get(name));
  }

  /** From a reference table to another: real foreign keys, and what derived parents rely on. */
  Set<Relation> references() {
    Set<Relation> all = new LinkedHashSet<>();
    for (TableName name : ReferenceTables.all(configuration)) {
      table(name)
          .map(Table::foreignKeys)
          .orElse(List.of())
          .forEach(k -> all.add(new Relation(name, k.columns(), k.parent(), k.parentColumns())));
    }
    for (Domain domain : configuration.domains().values()) {
      for (ForeignKeyRule key : domain.foreignKeys()) {
        domain.foreignKeys().stream()
            .filter(other -> key.dependsOn().contains(other.name()))
            .flatMap(other -> parentOfParent(key, other).stream())
            .filter(this::isStored)
            .forEach(all::add);
      }
    }
    return all;
  }

  /**
   * The columns of a derived parent that take the key by which its fact names another parent: a
   * portfolio that depends on its plan is given the plan's code.
   */
  private static Optional<Relation> parentOfParent(ForeignKeyRule key, ForeignKeyRule other) {
    List<String> columns = new ArrayList<>();
    for (String source : other.sourceColumns()) {
      key.backfillColumns().stream()
          .filter(column -> source.equals(column.source()) && isKept(column))
          .map(BackfillColumn::target)
          .filter(target -> !key.targetKey().contains(target))
          .findFirst()
          .ifPresent(columns::add);
    }
    return columns.size() == other.targetKey().size()
        ? Optional.of(
            new Relation(
                ReferenceTables.of(key), columns, ReferenceTables.of(other), other.targetKey()))
        : Optional.empty();
  }

  /** Whether the column takes a value of the file as it is. */
  private static boolean isKept(BackfillColumn column) {
    AggregationType type = column.aggregation().type();
    return type == AggregationType.FIRST
        || type == AggregationType.MOST_FREQUENT
        || type == AggregationType.MAX_BY;
  }

  /** The foreign keys of the domains that are stored in their fact tables. */
  Set<Relation> facts() {
    Set<Relation> all = new LinkedHashSet<>();
    for (Domain domain : configuration.domains().values()) {
      domain.foreignKeys().stream()
          .map(key -> relation(domain, key))
          .filter(this::isStored)
          .forEach(all::add);
    }
    return all;
  }

  /** Every way to name a row of the table, from whatever table. */
  Set<Relation> naming(Table parent) {
    Set<Relation> all = new LinkedHashSet<>();
    jdbc.sql(REFERENCES)
        .param(parent.oid())
        .query(
            (row, n) ->
                new Relation(
                    new TableName(row.getString("schema"), row.getString("name")),
                    strings(row.getArray("columns")),
                    parent.name(),
                    strings(row.getArray("parent_columns"))))
        .list()
        .forEach(all::add);
    facts().stream().filter(relation -> relation.parent().equals(parent.name())).forEach(all::add);
    references().stream()
        .filter(relation -> relation.parent().equals(parent.name()))
        .forEach(all::add);
    return all;
  }

  /** Whether a foreign key to the table is read from files alone: nobody can tell what it names. */
  boolean isNamedByFilesOnly(TableName parent) {
    return configuration.domains().values().stream()
        .anyMatch(
            domain ->
                domain.foreignKeys().stream()
                    .map(key -> relation(domain, key))
                    .anyMatch(r -> r.parent().equals(parent) && !isStored(r)));
  }

  private static Relation relation(Domain domain, ForeignKeyRule key) {
    return new Relation(
        ReferenceTables.of(domain), key.sourceColumns(), ReferenceTables.of(key), key.targetKey());
  }

  private boolean isStored(Relation relation) {
    return table(relation.child()).stream()
        .anyMatch(
            table -> relation.columns().stream().allMatch(name -> table.column(name).isPresent()));
  }

  private static List<String> strings(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
