package io.refkeeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds a YAML document against its JSON Schema, and says what is wrong in people's words. */
final class SchemaValidator {

  private static final Map<String, String> TYPES =
      Map.of(
          "string", "text",
          "integer", "a whole number",
          "number", "a number",
          "boolean", "true or false",
          "array", "a list",
          "object", "a group of keys",
          "null", "null");

  /** Where the schema of reference_sources.yml lists the types that come with refkeeper. */
  private static final String SOURCE_TYPES = "/$defs/reference_table/properties/source_type/enum";

  private final JsonNode schemaText;
  private final Schema schema;

  /**
   * @param resource the schema's file name, in the folder {@code config} of the class path
   */
  SchemaValidator(String resource) {
    try (InputStream in = SchemaValidator.class.getResourceAsStream("/config/" + resource)) {
      this.schemaText = new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (schemaText.at(SOURCE_TYPES) instanceof ArrayNode words) {
      words.removeAll();
      SourceTypes.all().forEach(type -> words.add(type.word()));
    }
    this.schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schemaText);
  }

  /** Reports everything in the document that the schema does not allow. */
  void validate(YamlDocument document, ProblemCollector problems) {
    List<Error> errors = schema.validate(document.root());
    if (errors.stream().filter(error -> takeTypeOfSchema(document, error)).count() > 0) {
      errors = schema.validate(document.root());
    }
    Set<String> wrongTypes =
        errors.stream()
            .filter(error -> error.getKeyword().equals("type"))
            .map(SchemaValidator::pointer)
            .collect(Collectors.toSet());
    for (Error error : errors) {
      // a wrong type fails every other rule too
      if (error.getKeyword().equals("type") || !wrongTypes.contains(pointer(error))) {
        report(document, error, problems);
      }
    }
  }

  /** A value from the environment is text; where the schema wants a number, it becomes one. */
  private static boolean takeTypeOfSchema(YamlDocument document, Error error) {
    String pointer = pointer(error);
    if (!error.getKeyword().equals("type") || !document.fromEnvironment().contains(pointer)) {
      return false;
    }
    JsonNode typed = typed(error.getInstanceNode().asText(), names(error.getSchemaNode()));
    if (typed == null) {
      return false;
    }
    JsonNode parent = document.root().at(pointer.substring(0, pointer.lastIndexOf('/')));
    String name = YamlDocument.lastName(pointer);
    if (parent instanceof ObjectNode object) {
      object.set(name, typed);
    } else if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(name), typed);
    }
    return true;
  }

  private static JsonNode typed(String text, List<String> types) {
    if (types.contains("boolean") && (text.equals("true") || text.equals("false"))) {
      return BooleanNode.valueOf(text.equals("true"));
    }
    if (types.contains("integer") && text.matches("[-+]?[0-9]{1,18}")) {
      return new ObjectMapper().getNodeFactory().numberNode(Long.parseLong(text));
    }
    if (types.contains("number") && text.matches("[-+]?[0-9]{1,18}(\\.[0-9]{1,18})?")) {
      return DecimalNode.valueOf(new BigDecimal(text));
    }
    return null;
  }

  private void report(YamlDocument document, Error error, ProblemCollector problems) {
    String pointer = pointer(error);
    String name = YamlDocument.lastName(pointer);
    String subject = pointer.isEmpty() ? "The file" : "\"" + name + "\"";
    switch (error.getKeyword()) {
      case "additionalProperties" -> {
        String key = error.getProperty();
        problems.atKey(
            document,
            YamlDocument.child(pointer, key),
            "unknown_key",
            "Unknown key \"%s\"".formatted(key),
            NearestName.remedy(key, keysAllowedAt(error)));
      }
      case "required" -> {
        String key = error.getProperty();
        problems.unusable(document, YamlDocument.child(pointer, key));
        problems.atKey(
            document,
            pointer,
            "missing_key",
            "The key \"%s\" is missing".formatted(key),
            "Add it: " + propertyAt(error, key).path("description").asText());
      }
      case "type" ->
          wrong(
              document,
              pointer,
              problems,
              "wrong_type",
              "%s must be %s, but is %s"
                  .formatted(
                      subject, words(error.getSchemaNode()), article(error.getInstanceNode())),
              names(error.getSchemaNode()).contains("string") ? "Put it in quotes" : "");
      case "enum" -> {
        List<String> allowed = names(error.getSchemaNode());
        boolean hidden = document.isHidden(pointer);
        String value = error.getInstanceNode().asText();
        wrong(
            document,
            pointer,
            problems,
            "wrong_value",
            "%s must be one of %s, but is %s"
                .formatted(
                    subject,
                    String.join(", ", allowed),
                    hidden ? "another value (not shown)" : "\"" + value + "\""),
            hidden ? "" : NearestName.of(value, allowed).map(v -> "Write " + v + "?").orElse(""));
      }
      default ->
          wrong(
              document,
              pointer,
              problems,
              "wrong_value",
              "%s %s".formatted(subject, limit(error)),
              "");
    }
  }

  private static void wrong(
      YamlDocument document,
      String pointer,
      ProblemCollector problems,
      String code,
      String message,
      String remedy) {
    problems.unusable(document, pointer);
    problems.atValue(document, pointer, code, message, remedy);
  }

  private static String limit(Error error) {
    String bound = error.getSchemaNode().asText();
    return switch (error.getKeyword()) {
      case "minimum" -> "must be %s or more".formatted(bound);
      case "maximum" -> "must be %s or less".formatted(bound);
      case "minLength" -> "must not be empty";
      case "maxLength" -> "must not be longer than %s characters".formatted(bound);
      case "minItems", "minProperties" -> "must name at least one";
      case "const" -> "can only be %s".formatted(bound);
      case "pattern" -> "does not have the right form, which is %s".formatted(bound);
      default -> "is not valid (%s)".formatted(error.getKeyword());
    };
  }

  private List<String> keysAllowedAt(Error error) {
    List<String> keys = new ArrayList<>();
    schemaOf(error).path("properties").fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private JsonNode propertyAt(Error error, String key) {
    return schemaOf(error).path("properties").path(key);
  }

  /** The schema object that contains the failed keyword. */
  private JsonNode schemaOf(Error error) {
    String pointer = error.getSchemaLocation().getFragment().toString();
    return schemaText.at(pointer.substring(0, pointer.lastIndexOf('/')));
  }

  private static String pointer(Error error) {
    return error.getInstanceLocation().toString();
  }

  private static List<String> names(JsonNode oneOrMore) {
    List<String> names = new ArrayList<>();
    if (oneOrMore.isArray()) {
      oneOrMore.forEach(name -> names.add(name.asText()));
    } else {
      names.add(oneOrMore.asText());
    }
    return names;
  }

  private static String words(JsonNode types) {
    return String.join(" or ", names(types).stream().map(TYPES::get).toList());
  }

  private static String article(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> "text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case ARRAY -> "a list";
      case OBJECT -> "a group of keys";
      default -> "null";
    };
  }
}
