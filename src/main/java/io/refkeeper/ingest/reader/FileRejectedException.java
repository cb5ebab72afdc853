package io.refkeeper.ingest.reader;

import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import java.io.Serial;
import java.util.List;

/** A file that cannot be loaded at all, whatever its rows say; nothing of it may be kept. */
public final class FileRejectedException extends ProblemException {

  @Serial private static final long serialVersionUID = 1L;

  public FileRejectedException(Problem problem) {
    super(problem);
  }

  public FileRejectedException(Problem problem, Throwable cause) {
    super(problem, cause);
  }

  public FileRejectedException(List<Problem> problems) {
    super(problems, null);
  }
}
