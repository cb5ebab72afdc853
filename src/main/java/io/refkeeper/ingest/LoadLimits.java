package io.refkeeper.ingest;

import io.refkeeper.config.Limits;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.database.TableName;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.problem.Problem;
import io.refkeeper.reference.KeyVerification;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The bounds over which a wrong file is refused before it does harm. */
final class LoadLimits {

  private static final int BAD_ROWS_TOLD = 3;

  private final Strategy strategy;
  private final KeyVerification verification;

  LoadLimits(Strategy strategy, KeyVerification verification) {
    this.strategy = strategy;
    this.verification = verification;
  }

  /**
   * Checks how many parents the file wants so far; called while it is read, so that a wrong file
   * does not fill the memory with them.
   *
   * @throws FileRejectedException naming every table that would get too many
   */
  void checkNewParents(DomainLoad load) {
    if (doNotApply(load)) {
      return;
    }
    long allowed = load.domain().limits().maxNewParents();
    Map<TableName, List<Parent>> byTable =
        load.parents().all().stream()
            .filter(parent -> parent.derivation() != null)
            .collect(
                Collectors.groupingBy(
                    parent -> parent.foreignKey().parent().name(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<Problem> problems = new ArrayList<>();
    byTable.forEach(
        (table, parents) -> {
          if (parents.stream().mapToInt(p -> p.derivation().keys().size()).sum() <= allowed
              || !isLimited(parents.get(0))) {
            return; // the usual case; foreign keys may want the same parents
          }
          Set<Object> keys = new HashSet<>();
          parents.forEach(parent -> keys.addAll(parent.derivation().keys()));
          if (keys.size() > allowed) {
            problems.add(
                problem(
                    load,
                    "too_many_new_parents",
                    "the file would create at least %d rows in %s (allowed %d)"
                        .formatted(keys.size(), table, allowed),
                    "is it the right file? if it is, raise limits.max_new_parents"));
          }
        });
    reject(problems);
  }

  /**
   * Checks the share of unknown keys, when the file is read.
   *
   * @throws FileRejectedException naming every foreign key that has too many
   */
  void checkUnknownKeys(DomainLoad load) {
    Limits limits = load.domain().limits();
    if (doNotApply(load) || load.counts().read() < limits.minRows()) {
      return;
    }
    List<Problem> problems = new ArrayList<>();
    load.parents().all().stream()
        .filter(parent -> parent.states().unknownRatio() > limits.maxUnknownRatio())
        .filter(this::isLimited)
        .forEach(
            parent ->
                problems.add(
                    problem(
                        load,
                        "too_many_unknown_keys",
                        "%d of %d distinct keys of %s have no row in %s (%.0f%%, allowed %.0f%%)"
                            .formatted(
                                parent.states().unknown(),
                                parent.states().distinct(),
                                parent.foreignKey().rule().name(),
                                parent.foreignKey().parent().name(),
                                parent.states().unknownRatio() * 100,
                                limits.maxUnknownRatio() * 100),
                        "is it the right file? if it is, raise limits.max_unknown_ratio")));
    reject(problems);
  }

  private boolean doNotApply(DomainLoad load) {
    return strategy == Strategy.BACKFILL_ONLY || load.degraded();
  }

  /** A table that is still empty may be filled by its first file. Asked before parents are made. */
  private boolean isLimited(Parent parent) {
    return verification.hasParents(parent.foreignKey());
  }

  /**
   * Checks the finished load, before it commits.
   *
   * @throws FileRejectedException when too many rows are bad, or a scope would be emptied
   */
  void checkFinished(DomainLoad load) {
    List<Problem> problems = new ArrayList<>();
    LoadCounts counts = load.counts();
    Limits limits = load.domain().limits();
    if (counts.read() == 0) {
      problems.add(
          problem(load, "no_rows", "the file has a header but no row", "deliver the file again"));
    }
    double ratio = counts.read() == 0 ? 0 : (double) counts.quarantined() / counts.read();
    if (!doNotApply(load)
        && ratio > limits.maxQuarantinedRatio()
        && counts.read() >= limits.minRows()) {
      problems.add(
          problem(
              load,
              "too_many_bad_rows",
              "%d of %d rows would go to quarantine (%.0f%%, allowed %.0f%%): %s"
                  .formatted(
                      counts.quarantined(),
                      counts.read(),
                      ratio * 100,
                      limits.maxQuarantinedRatio() * 100,
                      firstBadRows(load)),
              "correct the file, or raise limits.max_quarantined_ratio"));
    }
    for (String scope : load.scopes().withoutLoadedRow()) {
      problems.add(
          problem(
              load,
              "scope_would_be_emptied",
              "no row of scope %s can be loaded, and replacing it would empty it: %s"
                  .formatted(scope, firstBadRows(load)),
              "correct the rows of that scope"));
    }
    reject(problems);
  }

  /** Where one begins to look: what is wrong, how often, and where first. */
  private static String firstBadRows(DomainLoad load) {
    String counts =
        load.counts().quarantinedByCode().entrySet().stream()
            .map(code -> "%,d x %s".formatted(code.getValue(), code.getKey()))
            .collect(Collectors.joining(", "));
    String rows =
        load.rejects().stream()
            .limit(BAD_ROWS_TOLD)
            .map(row -> "line %d: %s".formatted(row.line(), row.reason()))
            .collect(Collectors.joining("; "));
    return rows.isEmpty() ? counts : counts + " (" + rows + ")";
  }

  private static Problem problem(DomainLoad load, String code, String message, String remedy) {
    return new Problem(
        code,
        "%s: %s; nothing was loaded".formatted(load.domain().name(), message),
        load.delivery().name(),
        remedy);
  }

  private static void reject(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new FileRejectedException(problems);
    }
  }
}
