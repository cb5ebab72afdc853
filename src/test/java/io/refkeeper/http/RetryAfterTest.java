package io.refkeeper.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2031-11-06T08:48:37Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0                               | 0",
        "120                             | 120",
        "' 7 '                           | 7",
        "999999999                       | 999999999",
        "1000000000                      | 999999999",
        "99999999999999999999999999      | 999999999",
        "Thu, 06 Nov 2031 08:49:37 GMT   | 60",
        "Thursday, 06-Nov-31 08:49:37 GMT| 60",
        "Thu, 06 Nov 2031 08:48:37 GMT   | 0"
      })
  void secondsAndDatesAreAWait(String value, long seconds) {
    assertThat(RetryAfter.of(value, NOW)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "-1",
        "1.5",
        "soon",
        "2031-11-06T08:49:37Z",
        "Thu, 06 Nov 2031 08:48:36 GMT",
        "Thu, 99 Nov 2031 08:49:37 GMT",
        "\u0661\u0662"
      })
  void anythingElseAndADateThatHasPassedAsksForNothing(String value) {
    assertThat(RetryAfter.of(value, NOW)).isEmpty();
  }
}
