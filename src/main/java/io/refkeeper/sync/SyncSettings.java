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
    Duration readTimeout,
    Http http,
    Lookup lookup) {

  private static final String PREFIX = "refkeeper.sync.";

  /**
   * How far an HTTP API is trusted.
   *
   * @param attempts how often one page is asked for
   * @param backOff the pause before the second attempt; doubles with each one
   * @param longestWait the longest pause, also if the API asks for a longer one
   * @param pages the most that one table has
   * @param pageBytes the most that one page has, unpacked
   * @param totalBytes the most that one table has
   * @param pageTime the longest that a page takes
   */
  public record Http(
      int attempts,
      Duration backOff,
      Duration longestWait,
      int pages,
      long pageBytes,
      long totalBytes,
      Duration pageTime) {}

  /**
   * How much loads ask sources for single keys.
   *
   * @param keysPerQuery the most that one query names
   * @param keysPerLoad the most that one load asks for, for each foreign key
   */
  public record Lookup(int keysPerQuery, int keysPerLoad) {}

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
        Duration.ofMillis(number(properties, "read-timeout")),
        new Http(
            number(properties, "http-attempts"),
            Duration.ofMillis(number(properties, "http-backoff")),
            Duration.ofMillis(number(properties, "http-longest-wait")),
            number(properties, "http-pages"),
            number(properties, "http-page-bytes"),
            number(properties, "http-total-bytes"),
            Duration.ofMillis(number(properties, "http-page-time"))),
        new Lookup(
            number(properties, "lookup-keys-per-query"),
            number(properties, "lookup-keys-per-load")));
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
