/**
 * Brings reference tables in line with their sources: plan, fetch, stage, validate, compare, apply,
 * record. The control flow is in {@code routes/reference-*.camel.yaml} and the {@code preload-*}
 * routes; a fetch route leaves an iterator of rows (maps by the source's column names) as its body.
 */
package io.refkeeper.sync;
