package io.refkeeper.ingest.transform;

/** Checks a value for a column's type and gives it in PostgreSQL's text form. */
interface ValueParser {

  /**
   * Parses one value.
   *
   * @param value trimmed, neither null nor empty
   * @throws BadValueException when the column cannot take it
   */
  String parse(String value);
}
