package io.refkeeper.benchmark;

import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;

/** A figure counts only if the work was done: every outcome is compared with what it must be. */
final class Outcome {

  private Outcome() {}

  /**
   * Demands a count.
   *
   * @throws ProblemException when it is another one
   */
  static void require(String what, long expected, long actual) {
    if (expected != actual) {
      throw wrong("%s: %,d were expected, %,d are there".formatted(what, expected, actual));
    }
  }

  static ProblemException wrong(String message) {
    return new ProblemException(
        new Problem(
            "benchmark_outcome",
            message + "; the figures of this run would mean nothing",
            "",
            "run it again with -v, which logs what is done; report it with --seed if it stays"));
  }
}
