package io.refkeeper.review;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A derived record that waits for its review.
 *
 * @param version actions state the version that they were based on
 * @param table {@code schema.name}
 * @param sheet null for a file without sheets
 * @param line first line of the file that names it
 * @param factRows rows of the file that name it
 * @param values what it was made with, by column
 * @param conflicts what else the file said, as JSON
 */
public record PendingRecord(
    long id,
    int version,
    String table,
    List<String> key,
    String domain,
    String foreignKey,
    long loadRunId,
    String file,
    String sheet,
    long line,
    long factRows,
    Instant createdAt,
    Map<String, Object> values,
    String conflicts) {}
