package io.refkeeper.retention;

/**
 * What retention deleted, or in a dry run would have deleted.
 *
 * @param quarantineRows rows of the quarantine that were closed long ago
 * @param auditEntries entries of the audit log, those of persons excepted
 * @param qualitySnapshots figures of reference tables; the last of each table and day stays
 * @param messages that were sent
 * @param validationRuns reports of the validation; the last of each kind stays
 * @param archivedFiles archived files; their reports are not counted
 * @param waitingRows rows that wait in quarantine for longer than closed ones are kept; they stay
 */
public record RetentionReport(
    boolean dryRun,
    long quarantineRows,
    long auditEntries,
    long qualitySnapshots,
    long messages,
    long validationRuns,
    long archivedFiles,
    long waitingRows,
    long durationMs) {}
