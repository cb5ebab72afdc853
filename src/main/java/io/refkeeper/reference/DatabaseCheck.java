package io.refkeeper.reference;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.DependencyOrder.CycleException;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.ControlSchema;
import io.refkeeper.database.MigrationPlan.Step;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.database.TrackingColumns;
import io.refkeeper.problem.Finding;
import io.refkeeper.problem.ShownPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** Compares a configuration with the target database; opens no connection to a source. */
public final class DatabaseCheck {

  private static final String MIGRATE = "Run: refkeeper migrate";

  private final DataSource target;
  private final Catalog catalog;

  public DatabaseCheck(DataSource target) {
    this.target = target;
    this.catalog = new Catalog(target);
  }

  /**
   * Everything that does not fit, errors and warnings, each with its place in the configuration.
   *
   * @return empty if the configuration fits
   */
  public List<Finding> check(LoadedConfiguration loaded) {
    List<Finding> findings = new ArrayList<>(controlSchema());
    findings.addAll(checkBeforeMigration(loaded));
    checkTracking(loaded.configuration(), findings);
    return List.copyOf(new LinkedHashSet<>(findings));
  }

  /** Everything that does not fit and that {@code refkeeper migrate} does not put right. */
  public List<Finding> checkBeforeMigration(LoadedConfiguration loaded) {
    Configuration configuration = loaded.configuration();
    List<Finding> findings = new ArrayList<>();
    for (Domain domain : configuration.domains().values()) {
      checkDomain(loaded, domain, findings);
    }
    for (ReferenceSource source : configuration.referenceTables().values()) {
      checkSource(loaded, source, findings);
    }
    checkForeignTracking(configuration, findings);
    try {
      new ReferenceOrder(catalog).sources(configuration);
    } catch (CycleException e) {
      findings.add(
          Finding.error(
              "dependency_cycle",
              "Reference tables depend on each other in a circle: " + e.getMessage(),
              loaded.places().referenceTable(e.members().get(0)),
              "Remove a depends_on, or leave one of the tables out"));
    }
    return List.copyOf(new LinkedHashSet<>(findings));
  }

  private List<Finding> controlSchema() {
    List<Step> pending = ControlSchema.pending(target);
    if (pending.isEmpty()) {
      return List.of();
    }
    return List.of(
        Finding.error(
            "control_schema",
            "The control schema lacks %d migration(s)".formatted(pending.size()),
            "schema " + ControlSchema.NAME,
            MIGRATE));
  }

  private void checkDomain(LoadedConfiguration loaded, Domain domain, List<Finding> findings) {
    TableName name = ReferenceTables.of(domain);
    Optional<Table> fact = catalog.table(name);
    if (fact.isEmpty()) {
      findings.add(missingTable(name, loaded.places().domain(domain.name(), "target_table")));
      return;
    }
    new FactTableCheck(loaded.places(), domain, fact.get(), findings).run();
    for (ForeignKeyRule key : domain.foreignKeys()) {
      TableName parentName = ReferenceTables.of(key);
      Optional<Table> parent = catalog.table(parentName);
      if (parent.isEmpty()) {
        findings.add(
            missingTable(
                parentName, loaded.places().foreignKey(domain.name(), key.name(), "target_table")));
      } else {
        new ForeignKeyCheck(loaded, domain, key, fact.get(), parent.get(), findings).run();
      }
    }
    try {
      new ReferenceOrder(catalog).foreignKeys(domain);
    } catch (CycleException e) {
      findings.add(
          Finding.error(
              "dependency_cycle",
              "With the real foreign keys among the parents these depend on each other in a circle: "
                  + e.getMessage(),
              loaded.places().foreignKey(domain.name(), e.members().get(0)),
              "Remove a depends_on, or do not fill the column that closes the circle"));
    }
  }

  private void checkSource(
      LoadedConfiguration loaded, ReferenceSource source, List<Finding> findings) {
    Optional<Table> table = catalog.table(ReferenceTables.of(source));
    String place = loaded.places().referenceTable(source.table());
    if (table.isEmpty()) {
      findings.add(missingTable(ReferenceTables.of(source), place));
      return;
    }
    Set<String> targets = new LinkedHashSet<>(source.targetKey());
    targets.addAll(source.sourceConfig().columns().values());
    for (String column : targets) {
      if (table.get().column(column).isEmpty()) {
        findings.add(
            FactTableCheck.missingColumn(
                table.get(),
                column,
                loaded.places().referenceTable(source.table(), "source_config", "columns")));
      }
    }
    boolean keyThere = source.targetKey().stream().allMatch(c -> table.get().column(c).isPresent());
    if (keyThere && !table.get().isUnique(source.targetKey())) {
      findings.add(notUnique(table.get(), source.targetKey(), place));
    }
    String file = source.sourceConfig().filePath();
    if (source.sourceType() == SourceType.CONFIG_FILE && file != null) {
      Path home = loaded.configuration().directory().toAbsolutePath().normalize().getParent();
      if (home != null && !Files.isReadable(home.resolve(file))) {
        findings.add(
            Finding.warning(
                "file_missing",
                "The file %s %s; the sync will fail until it does"
                    .formatted(
                        ShownPath.of(home.resolve(file)),
                        Files.exists(home.resolve(file))
                            ? "does not let this user read it"
                            : "does not exist yet"),
                loaded.places().referenceTable(source.table(), "source_config", "file_path"),
                "Put it there, or correct file_path"));
      }
    }
  }

  private void checkTracking(Configuration configuration, List<Finding> findings) {
    for (TableName name : ReferenceTables.all(configuration)) {
      Optional<Table> table = catalog.table(name);
      if (table.isEmpty()) {
        continue; // reported where it is configured
      }
      List<String> missing = TrackingColumns.missing(table.get());
      if (!missing.isEmpty()) {
        findings.add(
            Finding.error(
                "tracking_columns",
                "The table lacks the tracking columns " + String.join(", ", missing),
                name.toString(),
                MIGRATE));
      }
    }
  }

  private void checkForeignTracking(Configuration configuration, List<Finding> findings) {
    for (TableName name : ReferenceTables.all(configuration)) {
      List<Table.Column> foreign =
          catalog.table(name).map(TrackingColumns::foreign).orElse(List.of());
      for (Table.Column column : foreign) {
        findings.add(
            Finding.error(
                "tracking_columns",
                "The column %s is %s, which is no tracking column"
                    .formatted(column.name(), column.declaredType()),
                name.toString(),
                "Rename that column, then run: refkeeper migrate"));
      }
    }
  }

  private static Finding missingTable(TableName name, String place) {
    return Finding.error(
        "table_missing",
        "The table %s does not exist".formatted(name),
        place,
        "Create it, or correct its schema and name");
  }

  static Finding notUnique(Table table, List<String> key, String place) {
    return Finding.error(
        "key_not_unique",
        "No unique constraint of %s covers exactly %s"
            .formatted(table.name(), String.join(", ", key)),
        place,
        "Add one: alter table %s add unique (%s)"
            .formatted(table.name().sql(), TableName.quoteAll(key)));
  }
}
