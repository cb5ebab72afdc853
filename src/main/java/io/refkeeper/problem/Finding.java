package io.refkeeper.problem;

/**
 * A problem that a check found, and whether one can go on with it.
 *
 * @param severity whether it stops the work
 * @param problem what is wrong
 */
public record Finding(Severity severity, Problem problem) {

  /** How bad it is. */
  public enum Severity {
    /** Nothing is loaded or synced until it is put right. */
    ERROR,
    /** Works, but perhaps not as meant. */
    WARNING
  }

  /** Something that has to be put right. */
  public static Finding error(String code, String message, String place, String remedy) {
    return new Finding(Severity.ERROR, new Problem(code, message, place, remedy));
  }

  /** Something that somebody should look at. */
  public static Finding warning(String code, String message, String place, String remedy) {
    return new Finding(Severity.WARNING, new Problem(code, message, place, remedy));
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** The severity and the problem in one line. */
  @Override
  public String toString() {
    return severity.name().toLowerCase(java.util.Locale.ROOT) + ": " + problem;
  }
}
