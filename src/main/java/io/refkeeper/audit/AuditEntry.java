package io.refkeeper.audit;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;

/**
 * An entry of the audit log.
 *
 * @param table {@code schema.name}
 * @param actor a person, or what caused it
 * @param runKind load, sync or person
 * @param runId null for a person
 * @param before the row before, as JSON; null: there was none
 * @param after the row after, as JSON; null: there is none
 */
public record AuditEntry(
    long id,
    Instant at,
    String table,
    List<String> key,
    String action,
    String actor,
    String runKind,
    Long runId,
    @JsonRawValue String before,
    @JsonRawValue String after) {}
