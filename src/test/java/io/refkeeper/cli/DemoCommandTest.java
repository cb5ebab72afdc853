package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.database.embedded.UnpackedPrograms;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

  @TempDir private Path home;

  @Test
  void theDemoDoesTheMainJobOnEmbeddedServersAndIsThereToLookAtAfterwards() throws Exception {
    Map<String, String> environment =
        Map.of(
            "REFKEEPER_HOME", home.toString(),
            "REFKEEPER_CONFIG", Path.of("config").toAbsolutePath().toString(),
            "REFKEEPER_ROUTES", Path.of("routes").toAbsolutePath().toString());
    UnpackedPrograms.linkInto(home.resolve("var/demo"));

    CommandRun demo = CommandRun.of(environment, "demo", "--json");

    assertThat(demo.err()).isEmpty();
    assertThat(demo.exitCode()).as(demo.out()).isZero();
    assertThat(demo.violationsOf("demo")).isEmpty();
    JsonNode json = new ObjectMapper().readTree(demo.out());
    assertThat(json.at("/sync/tables").findValuesAsText("inserted"))
        .containsExactlyInAnyOrder("1159", "1338", "12", "38");
    assertThat(json.at("/files/0/status").asText()).isEqualTo("loaded");
    assertThat(json.at("/files/0/degraded").asBoolean()).isFalse();
    assertThat(json.at("/files/0/loads/0/rows_read").asInt()).isEqualTo(37_128);
    assertThat(json.at("/files/0/loads/0/rows_quarantined").asInt()).isEqualTo(8);
    assertThat(json.at("/files/0/loads/0/rows_filtered").asInt()).isEqualTo(1);
    assertThat(json.at("/files/0/loads/0/new_parents/mapping.年金计划").asInt()).isEqualTo(36);
    assertThat(json.at("/files/0/loads/1/rows_loaded").asInt()).isEqualTo(9_400);
    assertThat(json.at("/files/1/status").asText()).isEqualTo("duplicate");
    assertThat(json.at("/mails/0/subject").asText()).startsWith("refkeeper: 78 new rows");
    assertThat(json.at("/slack").asText()).contains("78 new rows");

    Path data = home.resolve("var/demo");
    Map<String, String> afterwards = new HashMap<>(environment);
    afterwards.put("REFKEEPER_DATA", data.toString());
    CommandRun status = CommandRun.of(afterwards, "status");
    assertThat(status.exitCode()).as(status.err()).isZero();
    assertThat(status.out())
        .startsWith("Database: embedded at " + data.resolve("postgres") + "\n")
        .contains("PGPASSWORD=$(cat '" + data.resolve("postgres/password.refkeeper") + "') \\\n")
        .containsPattern("\n      psql postgresql://refkeeper@127.0.0.1:\\d+/refkeeper\n")
        .contains("annuity_income");
    assertThat(data.resolve("postgres/password.refkeeper")).isNotEmptyFile();
  }
}
