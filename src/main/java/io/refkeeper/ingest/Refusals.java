package io.refkeeper.ingest;

/** How the rows can be told that the database refuses although Java holds them to be right. */
enum Refusals {
  /** There are none: no savepoint is needed. */
  NONE,
  /** Constraints can be tested for many rows at once. */
  BY_SET,
  /** A trigger or a type's own input has to be tried row by row. */
  BY_ROW
}
