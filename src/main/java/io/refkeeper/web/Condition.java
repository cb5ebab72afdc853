package io.refkeeper.web;

import org.apache.camel.health.HealthCheck.State;

/**
 * How a part of the service is.
 *
 * @param message one sentence for people
 */
record Condition(State state, String message) {

  static Condition up(String message) {
    return new Condition(State.UP, message);
  }

  static Condition down(String message) {
    return new Condition(State.DOWN, message);
  }

  /** Not as it should be, but no reason to call the service down. */
  static Condition unknown(String message) {
    return new Condition(State.UNKNOWN, message);
  }
}
