package io.refkeeper.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

class TransientFailureTest {

  @ParameterizedTest
  @CsvSource({
    "08006, true", "08001, true", "40001, true", "40P01, true", "55P03, true", "57P01, true",
    "57P02, true", "57P03, true", "53300, true", "53100, false", "23505, false", "42P01, false",
    "57014, false"
  })
  void theStateTellsWhetherARepetitionHelps(String state, boolean helps) {
    Exception failure = new IllegalStateException(new SQLException("no", state));
    assertThat(TransientFailure.isTransient(failure)).isEqualTo(helps);
  }

  @Test
  void aPoolThatCannotConnectNeedNotKnowWhy() {
    assertThat(
            TransientFailure.isTransient(
                new CannotGetJdbcConnectionException(
                    "no", new SQLTransientConnectionException("request timed out"))))
        .isTrue();
  }
}
