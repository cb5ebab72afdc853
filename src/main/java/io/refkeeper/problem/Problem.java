package io.refkeeper.problem;

import java.util.Objects;

/**
 * One thing that is wrong, told for the person who has to put it right.
 *
 * @param code a stable name that scripts compare, in lower case with underscores
 * @param message what happened, as a sentence
 * @param place where: a file with line and column, a table, a key; empty when it has no place
 * @param remedy what to do now; empty when nothing is to be done
 */
public record Problem(String code, String message, String place, String remedy) {

  public Problem {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(message, "message");
    place = place == null ? "" : place;
    remedy = remedy == null ? "" : remedy;
  }

  /** The problem in one line: place, message, remedy. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    if (!place.isEmpty()) {
      line.append(place).append(": ");
    }
    line.append(message);
    if (!remedy.isEmpty()) {
      line.append(" - ").append(remedy);
    }
    return line.toString();
  }
}
