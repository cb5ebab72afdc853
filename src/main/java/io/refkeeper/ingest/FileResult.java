package io.refkeeper.ingest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.refkeeper.problem.Problem;
import java.util.List;
import java.util.UUID;

/**
 * What became of one file; the shape of {@code ingest --json} and of the report beside the archived
 * file.
 *
 * @param degraded a reference table could not be synced before: more rows need review
 * @param degradedReason which, and why; empty when not degraded
 * @param loads one for each domain that the file fed
 * @param reasons why it was rejected; empty otherwise
 */
@JsonNaming(SnakeCaseStrategy.class)
public record FileResult(
    String file,
    UUID deliveryId,
    Status status,
    String sha256,
    boolean degraded,
    String degradedReason,
    List<LoadResult> loads,
    List<Reason> reasons,
    long durationMs) {

  /** The end that a delivery came to. */
  public enum Status {
    @JsonProperty("loaded")
    LOADED,
    @JsonProperty("duplicate")
    DUPLICATE,
    @JsonProperty("rejected")
    REJECTED,
    @JsonProperty("would_load")
    WOULD_LOAD
  }

  /**
   * Why a file was rejected.
   *
   * @param rows how many rows are concerned; 0 when the file as a whole is
   */
  public record Reason(String code, String message, String place, String remedy, long rows) {

    static Reason of(Problem problem) {
      return new Reason(problem.code(), problem.message(), problem.place(), problem.remedy(), 0);
    }

    Problem problem() {
      return new Problem(code, message, place, remedy);
    }
  }

  /** Rows in quarantine over all domains. */
  @com.fasterxml.jackson.annotation.JsonIgnore
  public long rowsQuarantined() {
    return loads.stream().mapToLong(LoadResult::rowsQuarantined).sum();
  }
}
