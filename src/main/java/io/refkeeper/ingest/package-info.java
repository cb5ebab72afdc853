/**
 * A file's way into its fact tables: claim, read, verify, route, copy, ledger. The control flow is
 * in {@code ingest}, {@code delivery}, {@code load} and {@code release} under {@code routes/}; the
 * classes here are its steps and what they work on.
 */
package io.refkeeper.ingest;
