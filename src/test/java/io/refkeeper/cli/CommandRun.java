package io.refkeeper.cli;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a command printed and how it ended. */
record CommandRun(int exitCode, String out, String err) {

  /** So that the schemas find each other. */
  private static final String BASE = "https://schemas.invalid/";

  static CommandRun of(Map<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.run(environment, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** What standard output has against {@code docs/json/<name>.schema.json}; empty: nothing. */
  List<String> violationsOf(String name) throws IOException {
    Map<String, String> schemas = new HashMap<>();
    try (Stream<Path> files = Files.list(Path.of("docs", "json"))) {
      for (Path file : files.toList()) {
        schemas.put(BASE + file.getFileName(), Files.readString(file));
      }
    }
    return SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, registry -> registry.schemas(schemas))
        .getSchema(SchemaLocation.of(BASE + name + ".schema.json"))
        .validate(out, InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }
}
