package io.refkeeper.job;

import io.refkeeper.problem.ProblemException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log of jobs that did not come about. */
public final class JobLog {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.job");

  /** Tells of a job that nobody asked for by hand and that did not come about. */
  public void failed(
      @ExchangeProperty("job") Job job,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    String name = job == null ? "a job" : job.name();
    if (failure instanceof ProblemException) {
      LOG.error("{} not done: {}", name, failure.getMessage());
    } else {
      LOG.error("{} not done", name, failure);
    }
  }
}
