package io.refkeeper.sync;

import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.Serial;

/** The target was busy or restarting: the whole transaction is worth another try. */
public final class TransientFailureException extends ProblemException {

  @Serial private static final long serialVersionUID = 1L;

  TransientFailureException(Problem problem, Throwable cause) {
    super(problem, cause);
  }
}
