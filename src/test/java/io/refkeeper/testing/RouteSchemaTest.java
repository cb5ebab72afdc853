package io.refkeeper.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route file is valid by the schema that ships with Camel, and says what it is for. */
class RouteSchemaTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Schema SCHEMA = schema();

  /** Steps whose execution is worth counting. */
  private static final Set<String> STEPS =
      Set.of(
          "to", "toD", "bean", "choice", "split", "loop", "doTry", "throwException", "transacted");

  @ParameterizedTest
  @MethodSource("files")
  void aRouteFileIsValidByCamelsOwnSchema(Path file) throws IOException {
    // Camel resolves a placeholder here, but its schema knows only true and false.
    String text =
        Files.readString(file).replaceAll("autoStartup: \"\\{\\{[a-z.-]+}}\"", "autoStartup: true");
    assertThat(SCHEMA.validate(text, InputFormat.YAML)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyRouteAndStepHasAnIdAndEveryRouteADescription(Path file) throws IOException {
    List<String> missing = new ArrayList<>();
    for (JsonNode element : YAML.readTree(file.toFile())) {
      if (element.has("route")) {
        JsonNode route = element.get("route");
        if (!route.hasNonNull("id") || !route.hasNonNull("description")) {
          missing.add("route " + route.path("id").asText("(no id)"));
        }
        collectStepsWithoutId(route.path("id").asText(), route, missing);
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void theSchemaRefusesAnUnknownStep() {
    String wrong = "- route: {id: x, from: {uri: 'direct:x', steps: [{nonsense: {}}]}}";
    assertThat(SCHEMA.validate(wrong, InputFormat.YAML)).isNotEmpty();
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      return files
          .filter(file -> file.toString().endsWith(".camel.yaml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static void collectStepsWithoutId(String route, JsonNode node, List<String> missing) {
    for (JsonNode step : node.path("steps")) {
      step.properties()
          .forEach(
              entry -> {
                if (STEPS.contains(entry.getKey()) && !entry.getValue().hasNonNull("id")) {
                  missing.add("%s: a %s without id".formatted(route, entry.getKey()));
                }
              });
    }
    node.forEach(child -> collectStepsWithoutId(route, child, missing));
  }

  private static Schema schema() {
    try (InputStream in = RouteSchemaTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
          .getSchema(text, InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
