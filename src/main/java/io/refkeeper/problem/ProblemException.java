package io.refkeeper.problem;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** A failure that is explained by one or more problems; shown to people without a stack trace. */
public class ProblemException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public ProblemException(Problem problem) {
    this(List.of(problem), null);
  }

  public ProblemException(Problem problem, Throwable cause) {
    this(List.of(problem), cause);
  }

  public ProblemException(List<Problem> problems, Throwable cause) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")), cause);
    this.problems = List.copyOf(problems);
  }

  /** All problems, in the order in which they were found; never empty. */
  public List<Problem> problems() {
    return problems;
  }
}
