package io.refkeeper.sync;

import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.Serial;

/** Another sync of the table was running: what was fetched meanwhile may be out of date. */
public final class TableBusyException extends ProblemException {

  @Serial private static final long serialVersionUID = 1L;

  TableBusyException(Problem problem) {
    super(problem);
  }
}
