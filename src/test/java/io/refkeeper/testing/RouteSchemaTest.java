package io.refkeeper.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route file is valid by the schema that ships with Camel, and says what it is for. */
class RouteSchemaTest {

  private static final Schema SCHEMA = schema();

  @ParameterizedTest
  @MethodSource("files")
  void aRouteFileIsValidByCamelsOwnSchema(Path file) throws IOException {
    assertThat(SCHEMA.validate(Files.readString(file), InputFormat.YAML)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFlowAndStepHasAnIdAndEveryFlowADescription(Path file) throws IOException {
    List<String> missing = new ArrayList<>();
    for (RouteFiles.Flow flow : RouteFiles.flows(file)) {
      if (flow.id() == null || flow.description() == null) {
        missing.add("%s %s".formatted(flow.kind(), flow.id()));
      }
      for (RouteFiles.Step step : flow.steps()) {
        if (step.id() == null) {
          missing.add("%s: a %s without id".formatted(step.flow(), step.kind()));
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void anIdNamesOneThingInAllFiles() throws IOException {
    Set<String> seen = new HashSet<>();
    List<String> again = new ArrayList<>();
    for (Path file : RouteFiles.all()) {
      for (RouteFiles.Flow flow : RouteFiles.flows(file)) {
        for (RouteFiles.Step step : flow.steps()) {
          if (!seen.add(step.id())) {
            again.add("%s: %s: %s".formatted(file, step.flow(), step.id()));
          }
        }
      }
    }
    assertThat(again).isEmpty();
  }

  @Test
  void theSchemaRefusesAnUnknownStep() {
    assertThat(violations("steps: [{nonsense: {}}]")).isNotEmpty();
  }

  @Test
  void aPlaceholderMayStandForANumberOrATruthValueButNoOtherTextMay() {
    String step = "steps: [{loop: {copy: '%s', expression: {constant: '3'}}}]";
    assertThat(violations(step.formatted("{{refkeeper.some.option}}"))).isEmpty();
    assertThat(violations(step.formatted("perhaps"))).isNotEmpty();
    assertThat(violations(step.formatted("{{refkeeper.some.option}} or so"))).isNotEmpty();
  }

  private static List<?> violations(String steps) {
    String route = "- route: {id: x, from: {uri: 'direct:x', %s}}".formatted(steps);
    return SCHEMA.validate(route, InputFormat.YAML);
  }

  static List<Path> files() throws IOException {
    return RouteFiles.all();
  }

  private static Schema schema() {
    ObjectMapper json = new ObjectMapper();
    try (InputStream in = RouteSchemaTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
      JsonNode schema = json.readTree(in);
      allowPlaceholders(schema);
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
          .getSchema(json.writeValueAsString(schema), InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Camel resolves a placeholder wherever a value stands, but its schema knows only the resolved
   * number or truth value.
   */
  private static void allowPlaceholders(JsonNode node) {
    node.forEach(RouteSchemaTest::allowPlaceholders);
    if (node instanceof ObjectNode schema
        && Set.of("boolean", "number", "integer").contains(schema.path("type").asText())) {
      ArrayNode either = schema.putArray("anyOf");
      either.addObject().set("type", schema.remove("type"));
      either.addObject().put("type", "string").put("pattern", "^\\{\\{[a-z.-]+}}$");
    }
  }
}
