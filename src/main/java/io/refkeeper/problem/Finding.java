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
    WARNING,
    /** Works as meant; something to know. */
    NOTE
  }

  /** A finding of that severity. */
  public static Finding of(
      Severity severity, String code, String message, String place, String remedy) {
    return new Finding(severity, new Problem(code, message, place, remedy));
  }

  /** Something that has to be put right. */
  public static Finding error(String code, String message, String place, String remedy) {
    return of(Severity.ERROR, code, message, place, remedy);
  }

  /** Something that somebody should look at. */
  public static Finding warning(String code, String message, String place, String remedy) {
    return of(Severity.WARNING, code, message, place, remedy);
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
