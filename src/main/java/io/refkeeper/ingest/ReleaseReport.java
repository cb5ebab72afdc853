package io.refkeeper.ingest;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.refkeeper.problem.Problem;
import java.util.List;

/**
 * What a release did.
 *
 * @param rowsReleased rows that are loaded now
 * @param rowsRefused rows that wait on, for another reason than before
 * @param problems why rows whose parents are there could not be looked at; they wait on as before
 */
@JsonNaming(SnakeCaseStrategy.class)
public record ReleaseReport(long rowsReleased, long rowsRefused, List<Problem> problems) {

  public static final ReleaseReport NOTHING = new ReleaseReport(0, 0, List.of());

  public ReleaseReport {
    problems = List.copyOf(problems);
  }
}
