package io.refkeeper.ingest;

import io.refkeeper.config.Limits;
import io.refkeeper.config.ManagementPolicy.Strategy;
import io.refkeeper.ingest.DomainLoad.Parent;
import io.refkeeper.ingest.reader.FileRejectedException;
import io.refkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The bounds over which a wrong file is refused before it does harm. */
final class LoadLimits {

  private final Strategy strategy;

  LoadLimits(Strategy strategy) {
    this.strategy = strategy;
  }

  /**
   * Checks what the file wants to be derived, before anything is.
   *
   * @throws FileRejectedException naming every limit that is exceeded
   */
  void checkNewParents(DomainLoad load) {
    if (strategy == Strategy.BACKFILL_ONLY || load.degraded()) {
      return;
    }
    Limits limits = load.domain().limits();
    List<Problem> problems = new ArrayList<>();
    Map<String, Set<Object>> newByTable = new HashMap<>();
    for (Parent parent : load.parents().all()) {
      if (parent.parentWasEmpty()) {
        continue;
      }
      KeyStates states = parent.states();
      double ratio = states.distinct() == 0 ? 0 : (double) states.unknown() / states.distinct();
      if (ratio > limits.maxUnknownRatio() && load.counts().read() >= limits.minRows()) {
        problems.add(
            problem(
                load,
                "too_many_unknown_keys",
                "%d of %d distinct keys of %s have no row in %s (%.0f%%, allowed %.0f%%)"
                    .formatted(
                        states.unknown(),
                        states.distinct(),
                        parent.foreignKey().rule().name(),
                        parent.foreignKey().parent().name(),
                        ratio * 100,
                        limits.maxUnknownRatio() * 100),
                "is it the right file? if it is, raise limits.max_unknown_ratio"));
      }
      if (parent.derivation() != null) {
        newByTable
            .computeIfAbsent(
                parent.foreignKey().parent().name().toString(), table -> new HashSet<>())
            .addAll(parent.derivation().keys());
      }
    }
    newByTable.forEach(
        (table, keys) -> {
          if (keys.size() > limits.maxNewParents()) {
            problems.add(
                problem(
                    load,
                    "too_many_new_parents",
                    "the file would create %d rows in %s (allowed %d)"
                        .formatted(keys.size(), table, limits.maxNewParents()),
                    "is it the right file? if it is, raise limits.max_new_parents"));
          }
        });
    reject(problems);
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
    boolean limited = strategy != Strategy.BACKFILL_ONLY && !load.degraded();
    if (limited && ratio > limits.maxQuarantinedRatio() && counts.read() >= limits.minRows()) {
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
                      counts.quarantinedByCode()),
              "correct the file, or raise limits.max_quarantined_ratio"));
    }
    for (String scope : load.scopes().withoutLoadedRow()) {
      problems.add(
          problem(
              load,
              "scope_would_be_emptied",
              "no row of scope %s can be loaded, and replacing it would empty it".formatted(scope),
              "correct the rows of that scope"));
    }
    reject(problems);
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
