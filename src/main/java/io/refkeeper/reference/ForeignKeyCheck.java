package io.refkeeper.reference;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.config.ForeignKeyRule.OnUnknown;
import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.config.NearestName;
import io.refkeeper.config.Places;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.Table.ForeignKeyConstraint;
import io.refkeeper.database.TrackingColumns;
import io.refkeeper.problem.Finding;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares one configured foreign key with the fact table and the parent table. */
final class ForeignKeyCheck {

  private final Places places;
  private final Configuration configuration;
  private final Domain domain;
  private final ForeignKeyRule key;
  private final Table fact;
  private final Table parent;
  private final List<Finding> findings;

  ForeignKeyCheck(
      LoadedConfiguration loaded,
      Domain domain,
      ForeignKeyRule key,
      Table fact,
      Table parent,
      List<Finding> findings) {
    this.places = loaded.places();
    this.configuration = loaded.configuration();
    this.domain = domain;
    this.key = key;
    this.fact = fact;
    this.parent = parent;
    this.findings = findings;
  }

  void run() {
    boolean keyThere = true;
    for (int i = 0; i < key.targetKey().size(); i++) {
      Optional<Column> target = parent.column(key.targetKey().get(i));
      if (target.isEmpty()) {
        keyThere = false;
        findings.add(
            FactTableCheck.missingColumn(parent, key.targetKey().get(i), place("target_key")));
      } else {
        checkSource(key.sourceColumns().get(i), target.get());
      }
    }
    if (keyThere && !parent.isUnique(key.targetKey())) {
      findings.add(DatabaseCheck.notUnique(parent, key.targetKey(), place("target_key")));
    }
    if (fact.foreignKeys().stream().noneMatch(c -> FactTableCheck.covers(key, c))) {
      findings.add(
          Finding.warning(
              "foreign_key_not_real",
              "The database has no foreign key from %s (%s) to %s"
                  .formatted(fact.name(), String.join(", ", key.sourceColumns()), parent.name()),
              place("name"),
              "Add one, so that the database guards it too"));
    }
    if (makesParents()) {
      checkTargets();
      checkRequired();
      parent.foreignKeys().forEach(this::checkGrandparent);
    }
  }

  private boolean makesParents() {
    return key.onUnknown() == OnUnknown.BACKFILL
        && configuration.management().backfill().enabled()
        && configuration.management().strategy() != Strategy.PRELOAD_ONLY;
  }

  private void checkSource(String name, Column target) {
    Optional<Column> source = fact.column(name);
    boolean fileColumn = domain.columns().stream().anyMatch(rule -> rule.source().equals(name));
    if (source.isEmpty() && fileColumn) {
      return; // read from the file alone, not stored
    }
    if (source.isEmpty()) {
      findings.add(
          Finding.error(
              "column_missing",
              "The foreign key %s starts at \"%s\", which the table %s does not have"
                  .formatted(key.name(), name, fact.name()),
              place("source_column"),
              NearestName.remedy(name, fact.columns().stream().map(Column::name).toList())));
    } else if (!ComparableTypes.comparable(source.get(), target)) {
      findings.add(
          Finding.error(
              "types_differ",
              "%s of %s is %s, but %s of %s is %s"
                  .formatted(
                      name,
                      fact.name(),
                      source.get().declaredType(),
                      target.name(),
                      parent.name(),
                      target.declaredType()),
              place("source_column"),
              "Name columns whose types can be compared"));
    }
  }

  private void checkTargets() {
    for (BackfillColumn column : key.backfillColumns()) {
      boolean isKey = key.targetKey().contains(column.target());
      if (parent.column(column.target()).isEmpty() && !isKey) {
        findings.add(FactTableCheck.missingColumn(parent, column.target(), columnsPlace()));
      } else if (!parent.column(column.target()).map(Column::writable).orElse(true)) {
        findings.add(
            Finding.error(
                "column_not_writable",
                "The column %s of %s fills itself".formatted(column.target(), parent.name()),
                columnsPlace(),
                "Do not fill it"));
      }
    }
  }

  private void checkRequired() {
    for (Column column : parent.columns()) {
      boolean required =
          column.notNull()
              && !column.fillsItself()
              && !TrackingColumns.names().contains(column.name());
      Optional<BackfillColumn> filled =
          key.backfillColumns().stream().filter(c -> c.target().equals(column.name())).findFirst();
      if (required && filled.isEmpty()) {
        findings.add(
            Finding.error(
                "required_column_not_filled",
                "The column %s of %s is NOT NULL without default, and no backfill column fills it"
                    .formatted(column.name(), parent.name()),
                columnsPlace(),
                "Add a backfill column for it, or give the column a default"));
      } else if (required && filled.get().optional()) {
        findings.add(
            Finding.warning(
                "required_column_optional",
                "The column %s of %s is NOT NULL, but its backfill column is optional"
                    .formatted(column.name(), parent.name()),
                columnsPlace(),
                "Rows that leave it blank will be quarantined; remove optional"));
      }
    }
  }

  /** A derived parent that points to a table of its own: is that one made first? */
  private void checkGrandparent(ForeignKeyConstraint constraint) {
    if (constraint.parent().equals(parent.name())) {
      return; // a hierarchy
    }
    Set<String> filled =
        key.backfillColumns().stream().map(BackfillColumn::target).collect(Collectors.toSet());
    boolean derived =
        domain.foreignKeys().stream()
            .anyMatch(other -> ReferenceTables.of(other).equals(constraint.parent()));
    String columns = String.join(", ", constraint.columns());
    if (filled.containsAll(constraint.columns()) && !derived) {
      findings.add(
          Finding.warning(
              "grandparent_not_derived",
              "Derived rows of %s name %s by %s, but no foreign key of the domain makes such rows"
                  .formatted(parent.name(), constraint.parent(), columns),
              columnsPlace(),
              "Add a foreign key to %s, or do not fill %s"
                  .formatted(constraint.parent(), columns)));
    } else if (!filled.containsAll(constraint.columns()) && derived) {
      findings.add(
          Finding.warning(
              "grandparent_not_filled",
              "Derived rows of %s leave %s empty, though it points to %s, which the domain knows"
                  .formatted(parent.name(), columns, constraint.parent()),
              columnsPlace(),
              "Fill it with the key of %s".formatted(constraint.parent())));
    }
  }

  private String columnsPlace() {
    return place("backfill_columns");
  }

  private String place(String... path) {
    return places.foreignKey(domain.name(), key.name(), (Object[]) path);
  }
}
