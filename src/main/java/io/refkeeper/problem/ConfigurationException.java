package io.refkeeper.problem;

import java.io.Serial;
import java.util.List;

/** The configuration cannot be used; holds every problem that was found, not only the first. */
public final class ConfigurationException extends ProblemException {

  @Serial private static final long serialVersionUID = 1L;

  public ConfigurationException(List<Problem> problems) {
    super(problems, null);
  }
}
