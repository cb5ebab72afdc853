package io.refkeeper.faults;

import java.util.Random;

/**
 * One case of the matrix.
 *
 * @param id says what happens; repeats it with {@code -Dfaults.case=ID}
 */
record FaultCase(String id, Action action) {

  /** What happens; fails when the world is not as the model says afterwards. */
  @FunctionalInterface
  interface Action {
    void run(Lane lane, Random random) throws Exception;
  }

  /** Runs it; the seed decides the files, and whatever else is left to chance. */
  void run(Lane lane, long seed) throws Exception {
    action.run(lane, new Random(seed ^ id.hashCode()));
  }
}
