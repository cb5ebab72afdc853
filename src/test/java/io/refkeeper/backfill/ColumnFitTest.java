package io.refkeeper.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.refkeeper.database.Table.Column;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnFitTest {

  /** The modifier of numeric(5,2). */
  private static final int FIVE_DIGITS_TWO_AFTER_THE_POINT = (5 << 16 | 2) + 4;

  @ParameterizedTest
  @CsvSource({
    "999.99, true",
    "999.994, true",
    "999.995, false",
    "1000, false",
    "-1000, false",
    "0.004, true",
    "0.005, true",
    "0, true",
    "0e999999999, true",
    "1e999999999, false",
    "1e-999999999, true",
    "1e2147483647, false"
  })
  void aNumberFitsWhenItDoesAfterRoundingHoweverItIsWritten(String value, boolean fits) {
    Column column =
        new Column(
            "rate",
            "numeric(5,2)",
            false,
            "numeric",
            false,
            FIVE_DIGITS_TWO_AFTER_THE_POINT,
            false,
            false,
            false,
            "",
            "numeric(5,2)",
            "",
            "");

    String problem =
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> ColumnFit.problem(column, value));

    if (fits) {
      assertThat(problem).isNull();
    } else {
      assertThat(problem).endsWith(" has more digits than numeric(5,2) takes");
    }
  }
}
