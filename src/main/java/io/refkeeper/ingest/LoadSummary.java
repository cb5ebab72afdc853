package io.refkeeper.ingest;

import io.refkeeper.backfill.Derivation;
import io.refkeeper.backfill.DerivedParent;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.ingest.LoadResult.BackfillCounts;
import io.refkeeper.ingest.LoadResult.IgnoredColumns;
import io.refkeeper.ingest.LoadResult.LeftEmpty;
import io.refkeeper.notification.LoadDigest;
import io.refkeeper.notification.LoadDigest.DerivedSample;
import io.refkeeper.notification.LoadDigest.DerivedTable;
import io.refkeeper.notification.LoadDigest.QuarantineReason;
import io.refkeeper.reference.BoundForeignKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a finished load tells people, scripts and the ledger. */
final class LoadSummary {

  private static final int SAMPLES = 20;

  private LoadSummary() {}

  /**
   * @param totals null when the domain names no columns for them
   */
  static LoadResult of(DomainLoad load, LoadResult.ControlTotals totals) {
    Map<String, Long> newParents = new LinkedHashMap<>();
    Map<String, BackfillCounts> backfill = new LinkedHashMap<>();
    Map<String, Double> coverage = new LinkedHashMap<>();
    Map<String, Long> keys = new LinkedHashMap<>();
    Map<String, Long> foundOnDemand = new LinkedHashMap<>();
    List<DerivedTable> samples = new ArrayList<>();
    List<LeftEmpty> leftEmpty = new ArrayList<>();
    for (Parent parent : load.parents().all()) {
      String name = parent.foreignKey().rule().name();
      coverage.put(name, coverage(parent.states()));
      keys.put(name, parent.states().distinct());
      if (parent.states().foundOnDemand() > 0) {
        foundOnDemand.put(name, parent.states().foundOnDemand());
      }
      Derivation derivation = parent.derivation();
      List<DerivedParent> inserted =
          derivation == null ? List.of() : load.backfill().inserted(derivation);
      backfill.put(name, backfillCounts(load, parent, inserted.size()));
      if (!inserted.isEmpty()) {
        String table = parent.foreignKey().parent().name().toString();
        newParents.merge(table, (long) inserted.size(), Long::sum);
        leftEmpty.addAll(leftEmpty(table, inserted));
        samples.add(new DerivedTable(table, name, inserted.size(), samples(parent, inserted)));
      }
    }
    LoadCounts counts = load.counts();
    return new LoadResult(
        load.domain().name(),
        load.loadRunId(),
        load.factTable().name().toString(),
        counts.read(),
        counts.loaded(),
        counts.quarantined(),
        counts.filtered(),
        counts.replaced(),
        load.checks().foreignKeysVerified() ? "verified" : "database",
        load.checks().foreignKeyObstacle(),
        totals,
        newParents,
        backfill,
        coverage,
        keys,
        foundOnDemand,
        IgnoredColumns.of(load.rows().transformer().ignoredColumns()),
        load.rows().transformer().fallThrough(),
        leftEmpty,
        samples,
        quarantineReasons(counts),
        (System.nanoTime() - load.startedNanos()) / 1_000_000);
  }

  private static BackfillCounts backfillCounts(DomainLoad load, Parent parent, long inserted) {
    Derivation derivation = parent.derivation();
    long updated = load.backfill().filled(parent.foreignKey().rule().name());
    if (derivation == null) {
      return new BackfillCounts(0, 0, updated, 0, 0, 0, 0);
    }
    long candidates = derivation.candidates().size();
    long deriving = load.backfill().derivingNanos(derivation);
    long recording = load.backfill().recordingNanos(derivation);
    return new BackfillCounts(
        candidates,
        inserted,
        updated,
        candidates - inserted,
        milliseconds(derivation.insertNanos()),
        milliseconds(recording),
        milliseconds(deriving + recording));
  }

  private static double milliseconds(long nanos) {
    return nanos / 1_000 / 1e3;
  }

  private static List<LeftEmpty> leftEmpty(String table, List<DerivedParent> inserted) {
    return inserted.stream()
        .flatMap(
            parent ->
                parent.leftEmpty().entrySet().stream()
                    .map(
                        entry ->
                            new LeftEmpty(
                                table,
                                BoundForeignKey.parts(parent.candidate().key()),
                                entry.getKey(),
                                entry.getValue())))
        .limit(SAMPLES)
        .toList();
  }

  private static double coverage(KeyStates states) {
    return Math.round(10_000 * states.coverage()) / 10_000.0;
  }

  private static List<DerivedSample> samples(Parent parent, List<DerivedParent> inserted) {
    List<String> columns =
        parent.foreignKey().rule().backfillColumns().stream()
            .map(BackfillColumn::target)
            .filter(target -> !parent.foreignKey().rule().targetKey().contains(target))
            .toList();
    return inserted.stream().limit(SAMPLES).map(derived -> sample(columns, derived)).toList();
  }

  private static DerivedSample sample(List<String> columns, DerivedParent derived) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      if (derived.values().get(i) != null) {
        values.put(columns.get(i), derived.values().get(i));
      }
    }
    return new DerivedSample(
        BoundForeignKey.parts(derived.candidate().key()),
        values,
        derived.candidate().sheet(),
        derived.candidate().firstLine(),
        derived.candidate().factRows());
  }

  private static List<QuarantineReason> quarantineReasons(LoadCounts counts) {
    return counts.quarantinedByCode().entrySet().stream()
        .map(
            entry ->
                new QuarantineReason(
                    entry.getKey(), counts.reasonByCode().get(entry.getKey()), entry.getValue()))
        .sorted(Comparator.comparingLong(QuarantineReason::count).reversed())
        .toList();
  }

  /** The figures of a load for a notification. */
  static LoadDigest digest(LoadResult result) {
    return new LoadDigest(
        result.domain(),
        result.loadRunId(),
        result.rowsRead(),
        result.rowsLoaded(),
        result.rowsQuarantined(),
        result.rowsFiltered(),
        result.newParentSamples(),
        result.quarantineReasons());
  }
}
