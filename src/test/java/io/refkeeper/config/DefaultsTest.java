package io.refkeeper.config;

import static io.refkeeper.config.ConfigurationFiles.DATA_SOURCES;
import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.config.ForeignKeyRule.Aggregation;
import io.refkeeper.config.ForeignKeyRule.BackfillColumn;
import io.refkeeper.config.ReferenceSource.SourceConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file may leave out, and what it then means. */
class DefaultsTest {

  @TempDir private Path home;
  private ConfigurationFiles files;

  @BeforeEach
  void createFiles() {
    files = new ConfigurationFiles(home);
  }

  private List<BackfillColumn> columnsOf(String lines, String foreignKey) {
    return files
        .dataSources(DATA_SOURCES + lines)
        .load()
        .domains()
        .get("sales")
        .foreignKeys()
        .stream()
        .filter(key -> key.name().equals(foreignKey))
        .findFirst()
        .orElseThrow()
        .backfillColumns();
  }

  private static BackfillColumn column(String source, String target) {
    return new BackfillColumn(source, target, false, Aggregation.FIRST);
  }

  @Test
  void keyColumnsAreFilledWithoutBeingMentioned() {
    assertThat(columnsOf("", "fk_item")).containsExactly(column("item", "code"));
    assertThat(
            columnsOf(
                "        backfill_columns: [{source: n, target: name}, {source: item, target: code}]\n",
                "fk_item"))
        .containsExactly(column("item", "code"), column("n", "name"));
  }

  @Test
  void inTheShortFormBothSidesOfAKeyStandForEachOther() {
    // "item" is this key's source, "code" its target, "colour" the source of the other key
    String lines =
        """
                derive_columns: [item, size, colour]
                depends_on: [fk_colour]
              - name: fk_colour
                source_column: colour
                target_schema: shop
                target_table: colour
                target_key: colour_code
        """;
    List<BackfillColumn> expected =
        List.of(column("item", "code"), column("size", "size"), column("colour", "colour_code"));
    assertThat(columnsOf(lines, "fk_item")).isEqualTo(expected);
    assertThat(
            columnsOf(
                lines.replace("[item, size, colour]", "[code, size, colour_code]"), "fk_item"))
        .isEqualTo(expected);
  }

  @Test
  void limitsMergeKeyByKeyAndBlankValuesAsAWhole() {
    files.dataSources(
        """
        defaults: {limits: {max_new_parents: 7, min_rows: 8}, blank_values: ["-"]}
        """
            + DATA_SOURCES.replace(
                "load_mode: append", "load_mode: append\n    limits: {min_rows: 9}"));
    Domain sales = files.load().domains().get("sales");
    assertThat(sales.limits()).isEqualTo(new Limits(0.5, 7, 0.2, 9));
    assertThat(sales.blankValues()).containsExactly("", "-");
  }

  @Test
  void aSheetIsANameAnIndexOrAList() {
    for (String sheet : List.of("0", "\"0\"", "[0]")) {
      files.dataSources(
          DATA_SOURCES.replace("load_mode: append", "load_mode: append\n    sheet: " + sheet));
      assertThat(files.load().domains().get("sales").sheets()).containsExactly("0");
    }
  }

  @Test
  void aSourceSaysItsSecretsToNobodyWhoPrintsIt() {
    SourceConfig source =
        new SourceConfig(
            null,
            null,
            null,
            List.of("code"),
            null,
            Map.of(),
            null,
            null,
            "https://mdm.example.com/items?key=secret1",
            "",
            null,
            Map.of("Authorization", "Bearer secret2"),
            Map.of("password", "secret3"));
    assertThat(source.toString())
        .contains("mdm.example.com/items", "Authorization")
        .doesNotContain("secret");
  }
}
