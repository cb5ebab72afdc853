package io.refkeeper.benchmark;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What is measured, in the order of the printed table: baselines, and W1 to W10 of the design. */
public enum Workload {
  C1("\\copy, foreign keys", "rows"),
  C0("\\copy, none of them", "rows"),
  W1("all keys known", "rows", Target.times(4, C1), Target.times(0.95, C0)),
  W2("1% name unknown parents", "rows", Target.times(0.9, W1)),
  W3("50% name unknown parents", "rows", Target.times(0.6, W1)),
  W4("10% bad rows", "rows", Target.times(0.5, W1)),
  W4B("10% violate a CHECK", "rows", Target.compared(W1)),
  W5("fk_check: database", "rows", Target.times(0.9, C1)),
  W6("XLSX", "rows", Target.rate(40_000)),
  W7("small files", "files", Target.rate(50)),
  H1("keys inserted by hand", "keys"),
  W8("new keys inserted", "keys", Target.rate(148_266), Target.compared(H1)),
  H3("H1, provenance, audit", "keys"),
  W8B("W8, provenance, audit", "keys", Target.times(0.8, H3)),
  W8C("W8b, deriving, locking", "keys", Target.compared(H3)),
  W10("first sync, from MySQL", "rows", Target.rate(60_000)),
  W10U("again, unchanged", "rows", Target.rate(150_000)),
  W10C("again, 1% changed", "rows", Target.compared(W10U)),
  L9("CSV, a tenth of W9", "rows"),
  W9("CSV of 10 GB", "rows", Target.times(0.9, L9), Target.heap(256));

  private final String title;
  private final String unit;
  private final List<Target> targets;

  Workload(String title, String unit, Target... targets) {
    this.title = title;
    this.unit = unit;
    this.targets = List.of(targets);
  }

  /**
   * A bound.
   *
   * @param of what the rate is divided by; null: the rate or the heap itself is bound
   * @param bound null: compared for information, without a target
   */
  public record Target(Kind kind, Workload of, Double bound) {

    static Target times(double atLeast, Workload of) {
      return new Target(Kind.RATIO, of, atLeast);
    }

    static Target compared(Workload of) {
      return new Target(Kind.RATIO, of, null);
    }

    static Target rate(double atLeast) {
      return new Target(Kind.RATE, null, atLeast);
    }

    static Target heap(double atMost) {
      return new Target(Kind.HEAP, null, atMost);
    }

    Optional<Boolean> met(double value) {
      if (bound == null) {
        return Optional.empty();
      }
      return Optional.of(kind == Kind.HEAP ? value <= bound : value >= bound);
    }
  }

  /** What a target speaks of: a rate divided by another, units a second, megabytes. */
  public enum Kind {
    RATIO,
    RATE,
    HEAP
  }

  public String title() {
    return title;
  }

  /** What is counted per second: {@code rows}, {@code files} or {@code keys}. */
  public String unit() {
    return unit;
  }

  List<Target> targets() {
    return targets;
  }

  /** The name as people write it: W4b. */
  public String id() {
    return name().substring(0, 2) + name().substring(2).toLowerCase(Locale.ROOT);
  }

  /** Every workload of the usual run: all but the largest. */
  public static Set<Workload> usual() {
    return EnumSet.complementOf(EnumSet.of(L9, W9));
  }

  /** The syncs; each needs the one before it, so they are measured together. */
  static final Set<Workload> SYNCS = Set.of(W10, W10U, W10C);

  /** These, and what they are compared with. */
  static Set<Workload> withBaselines(Set<Workload> wanted) {
    Set<Workload> all = EnumSet.noneOf(Workload.class);
    wanted.stream().flatMap(Workload::withBaselines).forEach(all::add);
    return all;
  }

  private static Stream<Workload> withBaselines(Workload workload) {
    return Stream.concat(
        Stream.of(workload),
        workload.targets.stream()
            .map(Target::of)
            .filter(java.util.Objects::nonNull)
            .flatMap(Workload::withBaselines));
  }
}
