package io.refkeeper.ingest;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/** The log of releases: a line when rows were loaded, and one for each failure. */
public final class ReleaseLog {

  private static final Logger LOG = LoggerFactory.getLogger("refkeeper.ingest");

  /** Tells what a release did, if anything. */
  public void end(@Body ReleaseReport report) {
    if (report.rowsReleased() + report.rowsRefused() > 0) {
      LOG.atInfo()
          .addKeyValue("rows_released", report.rowsReleased())
          .addKeyValue("rows_refused", report.rowsRefused())
          .log("waiting rows released");
    }
    report.problems().forEach(problem -> LOG.warn("{}", problem));
  }

  /** Tells that a release did not come about; the next one does its work. */
  public void failed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    LOG.warn(
        "waiting rows not released, which is tried again: {}",
        NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
  }
}
