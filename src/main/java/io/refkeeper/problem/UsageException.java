package io.refkeeper.problem;

import java.io.Serial;
import java.util.List;

/** What was asked for does not exist; nothing was done. */
public final class UsageException extends ProblemException {

  @Serial private static final long serialVersionUID = 1L;

  public UsageException(List<Problem> problems) {
    super(problems, null);
  }
}
