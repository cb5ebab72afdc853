package io.refkeeper.database;

import io.refkeeper.problem.Problem;
import java.util.List;

/**
 * What a migration has to do, or has done.
 *
 * @param steps in order; empty: the database is up to date
 * @param problems tables that could not be looked at; they were left out
 */
public record MigrationPlan(List<Step> steps, List<Problem> problems) {

  /**
   * One step.
   *
   * @param kind what it is part of
   * @param description for people, such as {@code mapping.年金计划: add _source, _needs_review}
   * @param sql what it runs
   */
  public record Step(Kind kind, String description, String sql) {}

  /** The two things that a migration brings up to date. */
  public enum Kind {
    CONTROL_SCHEMA,
    TRACKING_COLUMNS
  }

  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /** The whole as a script, for a DBA to read or run. */
  public String script() {
    StringBuilder script = new StringBuilder();
    if (steps.stream().anyMatch(step -> step.kind() == Kind.CONTROL_SCHEMA)) {
      script.append(
          """
          -- The control schema, to be read: "refkeeper migrate" creates it, and notes its version,
          -- which statements run by hand would not. The tracking columns may be added by hand.

          """);
    }
    for (Step step : steps) {
      script.append("-- ").append(step.description()).append('\n');
      script.append(step.sql().strip()).append("\n\n");
    }
    return script.toString();
  }
}
