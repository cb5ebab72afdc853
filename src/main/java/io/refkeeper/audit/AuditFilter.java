package io.refkeeper.audit;

import java.time.Instant;

/**
 * Which entries of the audit log are meant; null: all.
 *
 * @param table a table's name, with or without its schema
 * @param key a key's value; of a composite key the values with commas between them
 * @param since from that instant on
 * @param until before that instant
 */
public record AuditFilter(String table, String key, Instant since, Instant until) {}
