package io.refkeeper.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A NUL is replaced; a text that only looks like the escape of one stays as it is. */
class JsonTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "计划\t\"\\",
        "\\u0000",
        "\\\\u0000",
        "\\\\\\u0000",
        "\0",
        "a\0b",
        "\0\0",
        "\\\0",
        "\\\\\0\\u0000"
      })
  void isTheTextWithItsNulsReplaced(String text) throws Exception {
    String json = JsonText.of(Map.of("k", text));
    assertThat(json).doesNotContain("\0");
    assertThat(new ObjectMapper().readTree(json).get("k").asText())
        .isEqualTo(text.replace('\0', '\uFFFD'));
  }
}
