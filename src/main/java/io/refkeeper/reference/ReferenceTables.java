package io.refkeeper.reference;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.database.TableName;
import java.util.LinkedHashSet;
import java.util.Set;

/** The tables that a configuration names. */
public final class ReferenceTables {

  private ReferenceTables() {}

  /** Every configured reference table: those with a source, and those that foreign keys name. */
  public static Set<TableName> all(Configuration configuration) {
    Set<TableName> tables = new LinkedHashSet<>();
    configuration.referenceTables().values().forEach(source -> tables.add(of(source)));
    for (Domain domain : configuration.domains().values()) {
      domain.foreignKeys().forEach(key -> tables.add(of(key)));
    }
    return tables;
  }

  /** The table that the source fills. */
  public static TableName of(ReferenceSource source) {
    return new TableName(source.targetSchema(), source.table());
  }

  /** The parent table. */
  public static TableName of(ForeignKeyRule key) {
    return new TableName(key.targetSchema(), key.targetTable());
  }

  /** The fact table. */
  public static TableName of(Domain domain) {
    return new TableName(domain.targetSchema(), domain.targetTable());
  }
}
