package io.refkeeper.quality.validation;

import java.time.Instant;
import java.util.List;

/**
 * What a run of the reference validation checked and found.
 *
 * @param id the row of {@code refkeeper.validation_run}; 0 while it has none
 * @param trigger {@code schedule}, {@code catch_up} or {@code manual}
 * @param findings errors first; empty: all is well
 */
public record ValidationReport(
    long id,
    String trigger,
    Instant startedAt,
    Instant finishedAt,
    Checked checked,
    List<CheckedTable> tables,
    List<ValidationFinding> findings) {

  public ValidationReport {
    tables = List.copyOf(tables);
    findings = List.copyOf(findings);
  }

  /**
   * How much was checked.
   *
   * @param references foreign keys from one reference table to another, real or configured
   * @param foreignKeys foreign keys of fact tables
   */
  public record Checked(int referenceTables, int references, int foreignKeys) {}

  /** A reference table, its rows, and how many of them were derived from facts. */
  public record CheckedTable(String table, long rows, long autoDerived) {}

  ValidationReport withId(long newId) {
    return new ValidationReport(newId, trigger, startedAt, finishedAt, checked, tables, findings);
  }
}
