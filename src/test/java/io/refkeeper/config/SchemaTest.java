package io.refkeeper.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.config.ReferenceSource.SourceConfig;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas and the records say the same. */
class SchemaTest {

  private static final String DATA = "data_sources.schema.json";
  private static final String SOURCES = "reference_sources.schema.json";
  private static final String MANAGEMENT = "reference_management.schema.json";

  /**
   * @param renamed record component to schema property; an empty property: the key above the record
   * @param schemaOnly properties that become something else in the record
   */
  private record Pair(
      String file,
      String pointer,
      Class<? extends Record> type,
      Map<String, String> renamed,
      List<String> schemaOnly) {

    static Pair of(String file, String pointer, Class<? extends Record> type) {
      return new Pair(file, pointer, type, Map.of(), List.of());
    }

    @Override
    public String toString() {
      return type.getSimpleName();
    }
  }

  static Stream<Pair> pairs() {
    return Stream.of(
        new Pair(
            DATA, "/$defs/domain", Domain.class, Map.of("name", "", "sheets", "sheet"), List.of()),
        Pair.of(DATA, "/$defs/domain/properties/format", Domain.FileFormat.class),
        Pair.of(DATA, "/$defs/row_filter", Domain.RowFilter.class),
        new Pair(DATA, "/$defs/column_rule", ColumnRule.class, Map.of(), List.of("map_file")),
        new Pair(
            DATA,
            "/$defs/foreign_key",
            ForeignKeyRule.class,
            Map.of("sourceColumns", "source_column"),
            List.of("derive_columns")),
        Pair.of(DATA, "/$defs/backfill_column", ForeignKeyRule.BackfillColumn.class),
        Pair.of(DATA, "/$defs/aggregation", ForeignKeyRule.Aggregation.class),
        Pair.of(DATA, "/$defs/limits", Limits.class),
        new Pair(
            SOURCES, "/$defs/connection", SourceConnection.class, Map.of("name", ""), List.of()),
        new Pair(
            SOURCES,
            "/$defs/reference_table",
            ReferenceSource.class,
            Map.of("table", "", "targetKey", ""),
            List.of()),
        new Pair(
            SOURCES,
            "/$defs/source_config",
            SourceConfig.class,
            Map.of("keyColumns", "key_column"),
            List.of()),
        new Pair(
            MANAGEMENT, "", ManagementPolicy.class, Map.of("channels", "notifications"), List.of()),
        new Pair(
            MANAGEMENT,
            "/properties/preload",
            ManagementPolicy.Preload.class,
            Map.of("continueOnFailure", "on_failure"),
            List.of()),
        Pair.of(MANAGEMENT, "/properties/validation", ManagementPolicy.Validation.class),
        Pair.of(MANAGEMENT, "/properties/ingest", ManagementPolicy.Ingest.class),
        new Pair(
            MANAGEMENT,
            "/properties/backfill",
            ManagementPolicy.Backfill.class,
            Map.of("always", "mode"),
            List.of()),
        Pair.of(MANAGEMENT, "/properties/review", ManagementPolicy.Review.class),
        Pair.of(MANAGEMENT, "/properties/alerts", ManagementPolicy.Alerts.class),
        Pair.of(MANAGEMENT, "/properties/retention", ManagementPolicy.Retention.class),
        new Pair(
            MANAGEMENT,
            "/$defs/channel",
            ManagementPolicy.Channel.class,
            Map.of("name", ""),
            List.of()));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void everyRecordComponentHasAPropertyAndTheOtherWayRound(Pair pair) throws IOException {
    TreeSet<String> expected = new TreeSet<>(pair.schemaOnly());
    for (RecordComponent component : pair.type().getRecordComponents()) {
      String name = component.getName();
      String snake = name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
      expected.add(pair.renamed().getOrDefault(name, snake));
    }
    expected.remove("");
    TreeSet<String> properties = new TreeSet<>();
    read(pair.file())
        .at(pair.pointer() + "/properties")
        .fieldNames()
        .forEachRemaining(properties::add);
    assertThat(properties).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void everyEnumeratedPropertyNamesTheConstantsOfItsType(Pair pair) throws IOException {
    for (RecordComponent component : pair.type().getRecordComponents()) {
      if (component.getType().isEnum()) {
        String snake = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        List<String> values = new ArrayList<>();
        read(pair.file())
            .at(pair.pointer() + "/properties/" + snake + "/enum")
            .forEach(value -> values.add(value.asText().toUpperCase(Locale.ROOT)));
        assertThat(values)
            .as(snake)
            .containsExactlyElementsOf(
                Arrays.stream(component.getType().getEnumConstants())
                    .map(Object::toString)
                    .toList());
      }
    }
  }

  @Test
  void theSchemaNamesTheTypesOfSourcesThatComeWithRefkeeper() throws IOException {
    List<String> words = new ArrayList<>();
    read(SOURCES)
        .at("/$defs/reference_table/properties/source_type/enum")
        .forEach(word -> words.add(word.asText()));
    assertThat(ReferenceSource.SourceType.values())
        .extracting(ReferenceSource.SourceType::word)
        .containsAll(words);
  }

  @Test
  void everyPropertyHasATitleAndADescription() throws IOException {
    for (String file : List.of(DATA, SOURCES, MANAGEMENT)) {
      check(file, read(file), read(file));
    }
  }

  private static void check(String where, JsonNode node, JsonNode root) {
    node.path("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode schema = property.getValue();
              if (schema.has("$ref")) {
                schema = root.at(schema.get("$ref").asText().substring(1));
              }
              String name = where + "/" + property.getKey();
              assertThat(schema.path("title").asText()).as(name).isNotBlank();
              assertThat(schema.path("description").asText()).as(name).isNotBlank();
              check(name, property.getValue(), root);
            });
    node.path("$defs").properties().forEach(d -> check(where, d.getValue(), root));
  }

  private static JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(new File("config", file));
  }
}
