package io.refkeeper.faults;

import io.refkeeper.fault.CrashPoint;
import io.refkeeper.faults.FactFile.Mode;
import io.refkeeper.faults.Lane.Passing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** All cases: a new crash point, fault or scenario is one more line here. */
final class FaultMatrix {

  /** Passed once a load or less often; the others are passed for each chunk. */
  private static final Set<CrashPoint> OFTEN =
      EnumSet.of(
          CrashPoint.CHUNK_READ,
          CrashPoint.KEYS_VERIFIED,
          CrashPoint.ROWS_COPIED,
          CrashPoint.ROWS_HELD,
          CrashPoint.BEFORE_QUARANTINE);

  private static final Set<CrashPoint> OF_REJECTION =
      EnumSet.of(CrashPoint.REJECTION_WRITTEN, CrashPoint.REJECTION_COMMITTED);

  private static final Set<CrashPoint> OF_TRANSACTION =
      EnumSet.range(CrashPoint.TABLES_LOCKED, CrashPoint.BEFORE_COMMIT);

  /** Passed only where rows wait for a parent that has come. */
  private static final Set<CrashPoint> OF_RELEASE =
      EnumSet.range(CrashPoint.RELEASE_LOCKED, CrashPoint.RELEASE_COMMITTED);

  private static final Set<CrashPoint> OF_RECOVERY =
      EnumSet.of(
          CrashPoint.CLAIM_TAKEN_OVER,
          CrashPoint.ATTEMPT_COUNTED,
          CrashPoint.TABLES_LOCKED,
          CrashPoint.LEDGER_ENTERED,
          CrashPoint.BEFORE_COMMIT,
          CrashPoint.COMMITTED,
          CrashPoint.REPORT_WRITTEN,
          CrashPoint.FILE_MOVED);

  private static final List<CrashPoint> FIRST_OF_PAIR =
      List.of(
          CrashPoint.FILE_CLAIMED,
          CrashPoint.ROWS_COPIED,
          CrashPoint.PARENTS_INSERTED,
          CrashPoint.BEFORE_COMMIT,
          CrashPoint.COMMITTED);

  private FaultMatrix() {}

  static List<FaultCase> all() {
    List<FaultCase> cases = new ArrayList<>();
    halts(cases);
    pairs(cases);
    strikes(cases);
    DiskScenarios.addTo(cases);
    NetworkScenarios.addTo(cases);
    RaceScenarios.addTo(cases);
    DeletionScenarios.addTo(cases);
    ReleaseScenarios.addTo(cases);
    Collections.sort(cases, (a, b) -> a.id().compareTo(b.id()));
    return cases;
  }

  /** Some of every kind: few with processes of their own, which take seconds each. */
  static List<FaultCase> sample(long seed) {
    List<FaultCase> shuffled = new ArrayList<>(all());
    Collections.shuffle(shuffled, new Random(seed));
    Map<String, Integer> left = new HashMap<>(Map.of("process", 2, "strike", 16, "own world", 2));
    return shuffled.stream().filter(one -> left.merge(kind(one), -1, Integer::sum) >= 0).toList();
  }

  private static String kind(FaultCase one) {
    String id = one.id();
    if (id.contains("halt@") || id.startsWith("process")) {
      return "process";
    }
    return id.matches("(interleaving|same|sync|route|mysql|release).*") ? "own world" : "strike";
  }

  private static void halts(List<FaultCase> cases) {
    for (CrashPoint point : CrashPoint.values()) {
      for (Mode mode : modes(point)) {
        int passings = OFTEN.contains(point) ? 2 : 1;
        for (int passing = 1; passing <= passings; passing++) {
          if (point != CrashPoint.CLAIM_TAKEN_OVER && !OF_RELEASE.contains(point)) {
            cases.add(halt(mode, new Passing(point, passing)));
          }
        }
      }
    }
  }

  private static void pairs(List<FaultCase> cases) {
    for (CrashPoint first : FIRST_OF_PAIR) {
      for (CrashPoint second : OF_RECOVERY) {
        List<Mode> modes = new ArrayList<>(modes(first));
        modes.retainAll(modes(second));
        Mode mode = modes.get((first.ordinal() + second.ordinal()) % modes.size());
        boolean done = first == CrashPoint.COMMITTED && second == CrashPoint.BEFORE_COMMIT;
        boolean entered = first == CrashPoint.COMMITTED && second == CrashPoint.LEDGER_ENTERED;
        if (!done && !entered) {
          cases.add(halt(mode, new Passing(first, 1), new Passing(second, 1)));
        }
      }
    }
  }

  private static FaultCase halt(Mode mode, Passing... halts) {
    StringBuilder id = new StringBuilder(mode.table());
    boolean wrong = false;
    for (Passing halt : halts) {
      id.append(" halt@").append(halt.point()).append('#').append(halt.number());
      wrong |= OF_REJECTION.contains(halt.point());
    }
    boolean wrongFile = wrong;
    return new FaultCase(
        id.toString(), (lane, random) -> lane.halt(lane.file(mode, wrongFile, random), halts));
  }

  private static void strikes(List<FaultCase> cases) {
    for (Fault fault : Fault.values()) {
      for (CrashPoint point : CrashPoint.values()) {
        boolean inTransaction = OF_TRANSACTION.contains(point);
        boolean useful =
            fault == Fault.LOSE_COMMIT
                ? inTransaction
                : inTransaction || OF_REJECTION.contains(point) || point == CrashPoint.COMMITTED;
        if (!useful) {
          continue;
        }
        List<Mode> modes = modes(point);
        for (Mode mode : modes) {
          int passing = OFTEN.contains(point) ? 2 : 1;
          cases.add(
              new FaultCase(
                  "%s %s@%s#%d"
                      .formatted(
                          mode.table(),
                          fault.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                          point,
                          passing),
                  (lane, random) ->
                      lane.strike(
                          lane.file(mode, OF_REJECTION.contains(point), random),
                          fault,
                          point,
                          passing,
                          random)));
        }
      }
    }
  }

  private static List<Mode> modes(CrashPoint point) {
    return switch (point) {
      case SCOPES_DELETED -> List.of(Mode.REPLACE);
      case SAVEPOINT_SET, ROWS_COPIED -> List.of(Mode.APPEND, Mode.REPLACE);
      case REJECTION_WRITTEN, REJECTION_COMMITTED -> List.of(Mode.APPEND);
      default -> List.of(Mode.values());
    };
  }
}
