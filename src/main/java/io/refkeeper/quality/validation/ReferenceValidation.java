package io.refkeeper.quality.validation;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.database.Catalog;
import io.refkeeper.database.PostgresMessage;
import io.refkeeper.database.Table;
import io.refkeeper.database.TableName;
import io.refkeeper.database.TransientFailure;
import io.refkeeper.job.Job;
import io.refkeeper.quality.validation.ValidationFinding.Counted;
import io.refkeeper.quality.validation.ValidationReport.Checked;
import io.refkeeper.quality.validation.ValidationReport.CheckedTable;
import io.refkeeper.reference.ReferenceKeys;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.Body;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Checks the reference tables and what names their rows. One check that fails, over a table that
 * may not be read for example, is a finding and stops none of the others.
 */
public final class ReferenceValidation {

  /** Memory for the sets of one check; beyond it PostgreSQL uses the disk. */
  private static final String WORK_MEMORY = "64MB";

  private final Configuration configuration;
  private final DataSource target;
  private final Checks checks;
  private final JdbcClient jdbc;
  private final Catalog catalog;
  private final TransactionTemplate savepoint;
  private final Clock clock;

  public ReferenceValidation(Configuration configuration, DataSource target, Clock clock) {
    this.configuration = configuration;
    this.target = target;
    this.checks = new Checks(target);
    this.jdbc = JdbcClient.create(target);
    this.catalog = new Catalog(target);
    this.savepoint = new TransactionTemplate(new JdbcTransactionManager(target));
    savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    this.clock = clock;
  }

  /** Runs every check, in the caller's transaction. */
  public ValidationReport check(@Body Job job) {
    Instant started = clock.instant();
    jdbc.sql("select set_config('work_mem', ?, true)")
        .param(WORK_MEMORY)
        .query(String.class)
        .single();
    Relations relations = new Relations(configuration, target);
    Set<Relation> references = relations.references();
    Set<Relation> facts = relations.facts();
    List<CheckedTable> tables = new ArrayList<>();
    List<ValidationFinding> findings = new ArrayList<>();
    Map<TableName, List<String>> keys = ReferenceKeys.of(configuration);
    keys.forEach((name, key) -> table(relations, name, key, tables, findings));
    references.forEach(relation -> orphans("reference_orphan", relation, findings));
    facts.forEach(relation -> orphans("fact_orphan", relation, findings));
    findings.sort(Comparator.comparing(ValidationFinding::severity));
    return new ValidationReport(
        0,
        job.trigger().stored(),
        started,
        clock.instant(),
        new Checked(keys.size(), references.size(), facts.size()),
        tables,
        findings);
  }

  private void table(
      Relations relations,
      TableName name,
      List<String> key,
      List<CheckedTable> tables,
      List<ValidationFinding> findings) {
    Optional<Table> found = relations.table(name);
    if (found.isEmpty()) {
      findings.add(failed(name.toString(), "The table does not exist"));
      return;
    }
    Table table = found.get();
    CheckedTable rows = tryTo(name.toString(), findings, () -> checks.rows(table)).orElse(null);
    if (rows == null) {
      return;
    }
    tables.add(rows);
    if (rows.rows() == 0 && configuration.management().strategy() != Strategy.BACKFILL_ONLY) {
      findings.add(
          ValidationFinding.error(
              "reference_table_empty",
              name.toString(),
              "The reference table has no rows",
              "See why its sync brings none: refkeeper status; then refkeeper sync " + name.name(),
              Counted.NOTHING));
    }
    tryTo(name.toString(), findings, () -> checks.similarKeys(table, key))
        .filter(counted -> counted.keys() > 0)
        .ifPresent(counted -> findings.add(similar(name, counted)));
    if (rows.autoDerived() > 0 && !relations.isNamedByFilesOnly(name)) {
      Set<Relation> naming = relations.naming(table);
      tryTo(name.toString(), findings, () -> unused(table, key, naming))
          .filter(counted -> counted.keys() > 0)
          .ifPresent(counted -> findings.add(unused(name, counted)));
    }
  }

  private Counted unused(Table table, List<String> key, Set<Relation> naming) {
    return naming.isEmpty() ? Counted.NOTHING : checks.unusedDerived(table, key, naming);
  }

  private void orphans(String code, Relation relation, List<ValidationFinding> findings) {
    tryTo(
            relation.place(),
            findings,
            () -> {
              Table child = catalog.table(relation.child()).orElseThrow();
              String parent =
                  catalog
                      .table(relation.parent())
                      .map(Checks::from)
                      .orElse(relation.parent().sql());
              return checks.orphans(relation, child, parent);
            })
        .filter(counted -> counted.keys() > 0)
        .ifPresent(counted -> findings.add(orphan(code, relation, counted)));
  }

  private static ValidationFinding orphan(String code, Relation relation, Counted counted) {
    return ValidationFinding.error(
        code,
        relation.place(),
        "%s %s %s that %s does not have"
            .formatted(
                count(counted.rows(), "row"),
                counted.rows() == 1 ? "names" : "name",
                count(counted.keys(), "key"),
                relation.parent()),
        "Add the missing rows to %s or correct the keys, then find out who wrote past the foreign key"
            .formatted(relation.parent()),
        counted);
  }

  private static ValidationFinding similar(TableName table, Counted counted) {
    return ValidationFinding.warning(
        "similar_keys",
        table.toString(),
        count(counted.keys(), "key") + " differ from another one only by case, width or spaces",
        "Most likely a typing error: review the derived ones, correct the others at their source",
        counted);
  }

  private static ValidationFinding unused(TableName table, Counted counted) {
    return ValidationFinding.warning(
        "unused_derived",
        table.toString(),
        "%s %s named by no row of any table any more"
            .formatted(count(counted.keys(), "derived row"), counted.keys() == 1 ? "is" : "are"),
        "A corrected file has replaced the rows that named them: see refkeeper review list",
        counted);
  }

  private static String count(long number, String noun) {
    return "%,d %s%s".formatted(number, noun, number == 1 ? "" : "s");
  }

  private static ValidationFinding failed(String place, String why) {
    return ValidationFinding.error(
        "check_failed",
        place,
        "It could not be checked: " + why,
        "Put that right; refkeeper check says what the account and the tables lack",
        Counted.NOTHING);
  }

  /** The answer; empty when the database refused, which is a finding. */
  private <T> Optional<T> tryTo(
      String place, List<ValidationFinding> findings, Supplier<T> question) {
    try {
      return Optional.ofNullable(savepoint.execute(status -> question.get()));
    } catch (DataAccessException e) {
      if (TransientFailure.isTransient(e)
          || !(e.getMostSpecificCause() instanceof SQLException refusal)) {
        throw e;
      }
      findings.add(failed(place, PostgresMessage.of(refusal)));
      return Optional.empty();
    }
  }
}
