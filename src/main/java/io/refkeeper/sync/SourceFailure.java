package io.refkeeper.sync;

import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.Serial;

/** A source did not deliver: the target is not to blame, and trying it again does not help. */
public final class SourceFailure extends ProblemException {

  @Serial private static final long serialVersionUID = 1L;

  public SourceFailure(Problem problem, Throwable cause) {
    super(problem, cause);
  }

  public SourceFailure(Problem problem) {
    super(problem);
  }
}
