package io.refkeeper.sync;

import io.refkeeper.problem.Problem;
import java.util.List;

/**
 * A table whose sync failed, was held or skipped; told to the listener inside the transaction that
 * records it.
 *
 * @param table schema and name
 * @param runId the row of {@code refkeeper.sync_run}
 */
public record SyncFailure(
    String table, String sourceType, String status, List<Problem> problems, long runId) {}
