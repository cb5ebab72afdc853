package io.refkeeper.sync;

import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.Serial;

/** The source lost more keys than {@code max_shrink} allows: nothing is written until released. */
public final class HeldException extends ProblemException {

  @Serial private static final long serialVersionUID = 1L;

  HeldException(Problem problem) {
    super(problem);
  }
}
