package io.refkeeper.sync;

import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How patient a sync is: the options {@code refkeeper.sync.*} of application.properties.
 *
 * @param attempts how often one table is tried while the target is busy or away
 * @param backOff the pause before the second attempt; doubles with each one
 * @param lockTimeout the longest wait for a lock in the target
 * @param connectTimeout the longest wait for a connection to a source
 * @param readTimeout the longest silence of a source
 */
public record SyncSettings(
    int attempts,
    Duration backOff,
    Duration lockTimeout,
    Duration connectTimeout,
    Duration readTimeout) {

  private static final String PREFIX = "refkeeper.sync.";

  /**
   * Reads the options.
   *
   * @throws ConfigurationException when one is no number
   */
  public static SyncSettings of(Map<String, String> properties) {
    return new SyncSettings(
        number(properties, "attempts"),
        Duration.ofMillis(number(properties, "backoff")),
        Duration.ofMillis(number(properties, "lock-timeout")),
        Duration.ofMillis(number(properties, "connect-timeout")),
        Duration.ofMillis(number(properties, "read-timeout")));
  }

  private static int number(Map<String, String> properties, String name) {
    String value = String.valueOf(properties.get(PREFIX + name));
    if (!value.matches("[1-9]\\d{0,8}")) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  "invalid_property",
                  "The value \"%s\" cannot be used".formatted(value),
                  "property " + PREFIX + name,
                  "Write a number from 1 to 999999999")));
    }
    return Integer.parseInt(value);
  }
}
