package io.refkeeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads one YAML 1.2 file into a {@link YamlDocument}. No tag makes an object; duplicate keys are
 * refused; size, depth and what aliases unfold to are bounded.
 */
final class YamlReader {

  private static final int MAX_BYTES = 4_000_000;
  private static final int MAX_DEPTH = 50;
  private static final int MAX_ALIASES = 1_000;
  private static final int MAX_NODES = 200_000;
  private static final Set<Tag> TAGS =
      Set.of(Tag.MAP, Tag.SEQ, Tag.STR, Tag.NULL, Tag.BOOL, Tag.INT, Tag.FLOAT, Tag.ENV_TAG);
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final String name;
  private final Function<String, String> environment;
  private final List<Problem> problems;
  private final Map<String, String> keys = new HashMap<>();
  private final Map<String, String> values = new HashMap<>();
  private final Set<String> fromEnvironment = new HashSet<>();
  private int nodes;

  private YamlReader(String name, Function<String, String> environment, List<Problem> problems) {
    this.name = name;
    this.environment = environment;
    this.problems = problems;
  }

  /**
   * Reads a file.
   *
   * @param name the file as shown to people
   * @param environment gives null for a name that is not set
   * @param problems takes what is wrong
   * @return null if the file cannot be read as YAML at all
   */
  static YamlDocument read(
      Path file, String name, Function<String, String> environment, List<Problem> problems) {
    return new YamlReader(name, environment, problems).read(file);
  }

  private YamlDocument read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        return refuse(
            "file_too_large", "The file is larger than 4 MB", name, "Is it the right one?");
      }
      return compose(Files.readString(file));
    } catch (NoSuchFileException e) {
      problems.add(missing(name));
      return null;
    } catch (CharacterCodingException e) {
      return refuse("not_utf8", "The file is not UTF-8", name, "Save it as UTF-8");
    } catch (IOException e) {
      return refuse(
          "file_unreadable",
          "The file cannot be read: " + FileFailure.reason(e),
          name,
          "Check it and its permissions");
    } catch (MarkedYamlEngineException e) {
      String at = e.getProblemMark().or(e::getContextMark).map(YamlReader::at).orElse("1:1");
      return refuse(
          "yaml_syntax",
          "Not valid YAML: " + e.getProblem(),
          name + ":" + at,
          "Correct the line, or the one above it");
    } catch (YamlEngineException e) {
      return refuse(
          "yaml_syntax",
          "Not valid YAML: " + e.getMessage().lines().findFirst().orElse(""),
          name,
          "Correct the file");
    }
  }

  /** That there is no such file. */
  static Problem missing(String name) {
    return new Problem(
        "file_missing", "The file does not exist", name, "Create it, or name another");
  }

  private YamlDocument refuse(String code, String message, String place, String remedy) {
    problems.add(new Problem(code, message, place, remedy));
    return null;
  }

  private YamlDocument compose(String content) {
    String text = content.startsWith("\ufeff") ? content.substring(1) : content;
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setCodePointLimit(MAX_BYTES)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .build();
    // The composer calls itself for every level; so the depth is measured first, on the events.
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      if (event instanceof CollectionStartEvent) {
        depth++;
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      }
      if (depth > MAX_DEPTH) {
        return tooLarge(event.getStartMark().map(YamlReader::at).orElse("1:1"));
      }
    }
    JsonNode root =
        new Compose(settings)
            .composeString(text)
            .map(node -> convert(node, "", 0))
            .orElseGet(JSON::objectNode);
    if (nodes > MAX_NODES) {
      return tooLarge("1:1");
    }
    return new YamlDocument(
        name, root.isNull() ? JSON.objectNode() : root, keys, values, fromEnvironment);
  }

  private YamlDocument tooLarge(String at) {
    return refuse(
        "yaml_too_large",
        "Nested too deep, or too much once aliases are replaced",
        name + ":" + at,
        "Write it flatter, with fewer aliases");
  }

  private JsonNode convert(Node node, String pointer, int depth) {
    // an alias may contain itself
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
      nodes = MAX_NODES + 1;
      return JSON.nullNode();
    }
    values.put(pointer, at(node));
    if (!TAGS.contains(node.getTag())) {
      add("yaml_tag", "The tag %s is not allowed".formatted(node.getTag()), node, "Remove the tag");
    }
    if (node instanceof MappingNode mapping) {
      return convert(mapping, pointer, depth);
    }
    if (node instanceof SequenceNode sequence) {
      ArrayNode array = JSON.arrayNode();
      for (Node item : sequence.getValue()) {
        String child = pointer + "/" + array.size();
        keys.put(child, at(item));
        array.add(convert(item, child, depth + 1));
      }
      return array;
    }
    return scalar((ScalarNode) node, pointer);
  }

  private JsonNode convert(MappingNode mapping, String pointer, int depth) {
    ObjectNode object = JSON.objectNode();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        add("yaml_syntax", "A key must be text", entry.getKeyNode(), "Write a name");
        continue;
      }
      String child = YamlDocument.child(pointer, key.getValue());
      if (object.has(key.getValue())) {
        add(
            "duplicate_key",
            "The key \"%s\" stands here twice, first at line %s"
                .formatted(key.getValue(), keys.get(child).replaceFirst(":.*", "")),
            key,
            "Remove one of the two");
        continue;
      }
      keys.put(child, at(key));
      object.set(key.getValue(), convert(entry.getValueNode(), child, depth + 1));
    }
    return object;
  }

  private JsonNode scalar(ScalarNode node, String pointer) {
    String text = node.getValue();
    if (Placeholders.in(text)) {
      List<String> missing = new ArrayList<>();
      String replaced = Placeholders.replace(text, environment, missing);
      fromEnvironment.add(pointer);
      for (String variable : missing) {
        add(
            "environment_missing",
            "The environment variable %s is not set".formatted(variable),
            node,
            "Set it, or give a default: ${%s:default}".formatted(variable));
      }
      return JSON.textNode(replaced);
    }
    Tag tag = node.getTag();
    if (tag.equals(Tag.NULL)) {
      return JSON.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return JSON.booleanNode(Boolean.parseBoolean(text));
    }
    return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT) ? number(node) : JSON.textNode(text);
  }

  private JsonNode number(ScalarNode node) {
    try {
      return node.getTag().equals(Tag.INT)
          ? JSON.numberNode(new BigInteger(node.getValue()))
          : JSON.numberNode(new BigDecimal(node.getValue()));
    } catch (NumberFormatException e) {
      // octal, hexadecimal, .inf: nothing here is meant to be one of them
      return JSON.textNode(node.getValue());
    }
  }

  private void add(String code, String message, Node node, String remedy) {
    problems.add(new Problem(code, message, name + ":" + at(node), remedy));
  }

  private static String at(Node node) {
    return node.getStartMark().map(YamlReader::at).orElse("1:1");
  }

  private static String at(Mark mark) {
    return (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }
}
