package io.refkeeper.sync;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.refkeeper.problem.Problem;
import java.util.List;

/**
 * What a run did to one table; the names are those of {@code sync --json}.
 *
 * @param table schema and name
 * @param status {@code ok} something was written, {@code unchanged} nothing had to be, {@code
 *     failed}, {@code held} over max_shrink, {@code skipped}
 * @param errors why it failed, was held or skipped; of an {@code ok} one: rows left out or retained
 * @param durationMillis in milliseconds
 * @param differences of a dry run: a sample of what would change, as text; empty otherwise
 */
public record TableReport(
    String table,
    @JsonProperty("source_type") String sourceType,
    String strategy,
    String status,
    long fetched,
    long inserted,
    long updated,
    long unchanged,
    long promoted,
    long deleted,
    long retained,
    List<Problem> errors,
    @JsonProperty("duration_ms") long durationMillis,
    @JsonIgnore List<String> differences) {}
