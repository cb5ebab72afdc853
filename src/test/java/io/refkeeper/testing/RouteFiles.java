package io.refkeeper.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The shipped route files as they stand on disk, without Camel. */
final class RouteFiles {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private RouteFiles() {}

  /**
   * A step of a flow.
   *
   * @param flow the id of its route, route template or route configuration
   * @param kind the name of the pattern, such as {@code bean} or {@code choice}
   * @param id null when it has none
   */
  record Step(String flow, String kind, String id) {}

  /** A route, route template or route configuration. */
  record Flow(String kind, String id, String description, List<Step> steps) {}

  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      return files.filter(file -> file.toString().endsWith(".camel.yaml")).sorted().toList();
    }
  }

  static List<Flow> flows(Path file) throws IOException {
    List<Flow> flows = new ArrayList<>();
    for (JsonNode element : YAML.readTree(file.toFile())) {
      element
          .properties()
          .forEach(
              entry -> {
                JsonNode node = entry.getValue();
                String id = node.path("id").asText(null);
                List<Step> steps = new ArrayList<>();
                collectSteps(id, node, steps);
                JsonNode described = node.has("route") ? node.get("route") : node;
                flows.add(
                    new Flow(
                        entry.getKey(), id, described.path("description").asText(null), steps));
              });
    }
    return flows;
  }

  private static void collectSteps(String flow, JsonNode node, List<Step> steps) {
    for (JsonNode step : node.path("steps")) {
      step.properties()
          .forEach(
              entry ->
                  steps.add(
                      new Step(flow, entry.getKey(), entry.getValue().path("id").asText(null))));
    }
    node.forEach(child -> collectSteps(flow, child, steps));
  }
}
