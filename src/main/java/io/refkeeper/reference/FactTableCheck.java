package io.refkeeper.reference;

import io.refkeeper.config.ColumnRule;
import io.refkeeper.config.Domain;
import io.refkeeper.config.ForeignKeyRule;
import io.refkeeper.config.NearestName;
import io.refkeeper.config.Places;
import io.refkeeper.database.Table;
import io.refkeeper.database.Table.Column;
import io.refkeeper.database.Table.ForeignKeyConstraint;
import io.refkeeper.problem.Finding;
import java.util.List;
import java.util.Set;

/** Compares one domain with its fact table. */
final class FactTableCheck {

  private static final Set<String> NUMBERS =
      Set.of("int2", "int4", "int8", "numeric", "float4", "float8");

  private final Places places;
  private final Domain domain;
  private final Table fact;
  private final List<Finding> findings;

  FactTableCheck(Places places, Domain domain, Table fact, List<Finding> findings) {
    this.places = places;
    this.domain = domain;
    this.fact = fact;
    this.findings = findings;
  }

  void run() {
    checkColumns("replace_by", domain.replaceBy());
    checkColumns("upsert_by", domain.upsertBy());
    if (domain.loadIdColumn() != null) {
      checkColumns("load_id_column", List.of(domain.loadIdColumn()));
    }
    checkColumns("control_totals", domain.controlTotals());
    checkNumbers();
    List<ColumnRule> rules = domain.columns();
    for (int i = 0; i < rules.size(); i++) {
      String target = rules.get(i).target();
      String place = places.domain(domain.name(), "columns", i, "target");
      if (target != null && fact.column(target).isEmpty()) {
        findings.add(missingColumn(fact, target, place));
      } else if (target != null && !fact.column(target).map(Column::writable).orElse(true)) {
        findings.add(
            Finding.error(
                "column_not_writable",
                "The column %s of %s fills itself".formatted(target, fact.name()),
                place,
                "Remove the rule"));
      }
    }
    boolean there = domain.upsertBy().stream().allMatch(c -> fact.column(c).isPresent());
    if (!domain.upsertBy().isEmpty() && there && !fact.isUnique(domain.upsertBy())) {
      findings.add(
          DatabaseCheck.notUnique(
              fact, domain.upsertBy(), places.domain(domain.name(), "upsert_by")));
    }
    fact.foreignKeys().forEach(this::checkCovered);
  }

  private void checkColumns(String key, List<String> columns) {
    for (String column : columns) {
      if (fact.column(column).isEmpty()) {
        findings.add(missingColumn(fact, column, places.domain(domain.name(), key)));
      }
    }
  }

  private void checkNumbers() {
    for (String name : domain.controlTotals()) {
      fact.column(name)
          .filter(column -> !NUMBERS.contains(column.baseType()))
          .ifPresent(
              column ->
                  findings.add(
                      Finding.error(
                          "column_no_number",
                          "The column %s of %s is %s, of which there is no sum"
                              .formatted(name, fact.name(), column.declaredType()),
                          places.domain(domain.name(), "control_totals"),
                          "Remove it")));
    }
  }

  private void checkCovered(ForeignKeyConstraint constraint) {
    boolean covered = domain.foreignKeys().stream().anyMatch(key -> covers(key, constraint));
    if (!covered) {
      findings.add(
          Finding.warning(
              "foreign_key_not_configured",
              "The foreign key %s of %s (%s to %s) is not configured: rows with an unknown key will"
                      .formatted(
                          constraint.name(),
                          fact.name(),
                          String.join(", ", constraint.columns()),
                          constraint.parent())
                  + " be quarantined",
              places.domain(domain.name(), "foreign_keys"),
              "Add it under foreign_keys"));
    }
  }

  /** Whether the rule and the constraint say the same, the order of columns aside. */
  static boolean covers(ForeignKeyRule key, ForeignKeyConstraint constraint) {
    return ReferenceTables.of(key).equals(constraint.parent())
        && key.sourceColumns().size() == constraint.columns().size()
        && Set.copyOf(pairs(key.sourceColumns(), key.targetKey()))
            .equals(Set.copyOf(pairs(constraint.columns(), constraint.parentColumns())));
  }

  private static List<List<String>> pairs(List<String> left, List<String> right) {
    return java.util.stream.IntStream.range(0, left.size())
        .mapToObj(i -> List.of(left.get(i), right.get(i)))
        .toList();
  }

  static Finding missingColumn(Table table, String column, String place) {
    return Finding.error(
        "column_missing",
        "The table %s has no column \"%s\"".formatted(table.name(), column),
        place,
        NearestName.remedy(column, table.columns().stream().map(Column::name).toList()));
  }
}
