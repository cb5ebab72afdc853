package io.refkeeper.config;

import static io.refkeeper.config.ConfigurationFiles.DATA_SOURCES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the schema cannot see in data_sources.yml. */
class BadDomainTest {

  @TempDir private Path home;
  private ConfigurationFiles files;

  @BeforeEach
  void createFiles() {
    files = new ConfigurationFiles(home);
  }

  /** The problems when the domain's load mode is followed or replaced by these lines. */
  private List<String> withDomain(String lines) {
    String indented = lines.indent(4).stripTrailing().stripLeading();
    return files.dataSources(DATA_SOURCES.replace("load_mode: append", indented)).problems();
  }

  /** The problems when these lines are added to the foreign key. */
  private List<String> withForeignKey(String lines) {
    return files.dataSources(DATA_SOURCES + lines.indent(8)).problems();
  }

  @Test
  void loadModesNeedTheirColumnsAndRefuseThoseOfOthers() {
    assertThat(withDomain("load_mode: replace\nupsert_by: [a]"))
        .containsExactly(
            "data_sources.yml:6:5: load_mode: replace needs \"replace_by\" - Add it",
            "data_sources.yml:7:5: \"upsert_by\" is only used with load_mode: upsert - Remove it, or"
                + " write load_mode: upsert");
    assertThat(withDomain("load_mode: upsert"))
        .containsExactly("data_sources.yml:6:5: load_mode: upsert needs \"upsert_by\" - Add it");
  }

  @Test
  void controlTotalsNeedAWayToFindTheRowsOfALoad() {
    assertThat(withDomain("load_mode: append\ncontrol_totals: [amount]"))
        .containsExactly(
            "data_sources.yml:7:5: \"control_totals\" needs load_mode: replace or"
                + " \"load_id_column\", by which a load's rows are found - Add load_id_column");
    assertThat(withDomain("load_mode: append\nload_id_column: id\ncontrol_totals: [amount]"))
        .isEmpty();
    assertThat(withDomain("load_mode: replace\nreplace_by: [a]\ncontrol_totals: [amount]"))
        .isEmpty();
  }

  @Test
  void filesAreGlobsOnNames() {
    assertThat(withDomain("load_mode: append\nexclude: [\"[a\", \"in/*.csv\"]"))
        .containsExactly(
            "data_sources.yml:7:15: \"[a\" is no glob - Write one such as *.csv",
            "data_sources.yml:7:21: \"in/*.csv\" contains a folder; a glob is matched with the file's"
                + " name - Remove the folder");
  }

  @Test
  void formatsNameCharsetsDelimitersAndHeaders() {
    assertThat(
            withDomain(
                "load_mode: append\nformat: {charset: GB18O30, delimiter: \"||\", header_row: 0}"))
        .containsExactly(
            "data_sources.yml:7:23: \"GB18O30\" is no charset - Did you mean \"GB18030\"?",
            "data_sources.yml:7:43: The delimiter \"||\" is not one character - Write one, such as"
                + " \";\" or \"\\t\", or auto",
            "data_sources.yml:7:49: A file without header (header_row: 0) needs \"columns\" - Name"
                + " its columns there, in order");
  }

  @Test
  void rowFiltersHaveOneCondition() {
    assertThat(
            withDomain(
                "load_mode: append\n"
                    + "skip_rows: [{column: a}, {column: b, equals: x, blank: true}]\n"
                    + "expect_by: 40th 09:00"))
        .containsExactly(
            "data_sources.yml:8:16: \"40th 09:00\" is no day of the month with a time - Write it like"
                + " \"8th 09:00\"",
            "data_sources.yml:7:17: A row filter needs either \"equals\" or \"blank\" - Write one of"
                + " the two",
            "data_sources.yml:7:30: A row filter needs either \"equals\" or \"blank\" - Write one of"
                + " the two");
  }

  @Test
  void columnRulesFillEachColumnOnceFromReadableMaps() {
    assertThat(
            withDomain(
                """
                load_mode: append
                columns:
                  - {source: a, target: x, formats: [yyyyMM, foo]}
                  - {source: b, target: x, otherwise: c}
                  - {source: " ", target: y, map_file: nowhere.yml, map: {a: b}}
                """))
        .containsExactly(
            "data_sources.yml:8:50: \"foo\" is no date pattern: Unknown pattern letter: f - Write one"
                + " such as yyyyMM, or excel",
            "data_sources.yml:9:32: \"otherwise\" is only used with a map - Remove it",
            "data_sources.yml:9:29: Two rules fill the column \"x\" - Remove one of them",
            "data_sources.yml:10:34: \"map\" and \"map_file\" are both given - Keep one of them",
            "data_sources.yml:10:18: \"source\" has a blank name - Name a column",
            "data_sources.yml:10:44: The map_file \"nowhere.yml\" does not exist - Paths start at "
                + home);
  }

  @Test
  void problemsInAMapFileNameItsLine() throws IOException {
    Files.writeString(home.resolve("codes.yml"), "A: x\nB: 1\nA: y\n");
    assertThat(
            withDomain("load_mode: append\ncolumns: [{source: a, target: x, map_file: codes.yml}]"))
        .containsExactly(
            home
                + "/codes.yml:3:1: The key \"A\" stands here twice, first at line 1 - Remove one of"
                + " the two",
            home + "/codes.yml:2:4: The value of \"B\" must be text - Put it in quotes");
  }

  @Test
  void twoDomainsCannotTakeTheSameTextFiles() {
    files.dataSources(
        DATA_SOURCES
            + """
              returns:
                files: ["Sales*.csv", "*.xlsx"]
                target_schema: shop
                target_table: return
                load_mode: append
            """);
    assertThat(files.problems())
        .containsExactly(
            "data_sources.yml:14:13: The domains \"sales\" and \"returns\" both take files named"
                + " \"Sales*.csv\" - Give each its own names: only workbooks can be shared");
  }

  @Test
  void keysHaveTheSameLengthOnAllSides() {
    assertThat(withForeignKey("on_unknown: use_default\ndefault_key: [a, b]"))
        .containsExactly(
            "data_sources.yml:14:9: \"default_key\" has 2 value(s), but the key has 1 column(s) -"
                + " Write a value for each column of target_key");
    files.dataSources(DATA_SOURCES.replace("source_column: item", "source_column: [item, \" \"]"));
    assertThat(files.problems())
        .containsExactly(
            "data_sources.yml:12:9: \"target_key\" names 1 column(s), but \"source_column\" names 2 -"
                + " Name as many, in the same order",
            "data_sources.yml:9:24: \"source_column\" has a blank name - Name a column");
  }

  @Test
  void defaultKeysBelongToUseDefault() {
    assertThat(withForeignKey("on_unknown: use_default"))
        .containsExactly(
            "data_sources.yml:13:9: on_unknown: use_default needs \"default_key\" - Add it");
    assertThat(withForeignKey("default_key: a"))
        .containsExactly(
            "data_sources.yml:13:9: \"default_key\" is only used with on_unknown: use_default -"
                + " Remove it, or write on_unknown: use_default");
  }

  @Test
  void keyPatternsCompile() {
    assertThat(withForeignKey("key_pattern: \"[A-Z\""))
        .containsExactly(
            "data_sources.yml:13:22: \"[A-Z\" is no regular expression: Unclosed character class -"
                + " Correct it, such as [A-Z0-9]{2,20}");
  }

  @Test
  void dependenciesNameForeignKeysOfTheDomain() {
    assertThat(withForeignKey("depends_on: [fk_itme]"))
        .containsExactly(
            "data_sources.yml:13:22: There is no foreign key \"fk_itme\" in this domain - Did you"
                + " mean \"fk_item\"?");
  }

  @Test
  void namesTheMembersOfACycle() {
    files.dataSources(
        DATA_SOURCES
            + """
                    depends_on: [fk_group]
                  - {name: fk_group, source_column: g, target_schema: shop, target_table: group, target_key: g, depends_on: [fk_item]}
            """);
    assertThat(files.problems())
        .containsExactly(
            "data_sources.yml:13:9: Foreign keys depend on each other in a circle: fk_item -> fk_group"
                + " -> fk_item - Remove one of these dependencies");
  }

  @Test
  void namesOfForeignKeysAreUnique() {
    files.dataSources(
        DATA_SOURCES
            + "      - {name: fk_item, source_column: g, target_schema: s, target_table: t, target_key:"
            + " g}\n");
    assertThat(files.problems())
        .containsExactly(
            "data_sources.yml:13:16: Two foreign keys of this domain are named \"fk_item\" - Rename"
                + " one of them");
  }

  @Test
  void aggregationsTakeTheirOwnOptionsOnly() {
    assertThat(
            withForeignKey(
                """
                backfill_columns:
                  - {source: a, target: a, aggregation: {type: max_by}}
                  - {source: a, target: b, aggregation: {type: first, separator: "+"}}
                  - {source: a, target: c, aggregation: {type: template, template: "{a"}}
                  - {target: d, aggregation: {type: template, template: "{day:yyQb}"}}
                  - {target: e}
                  - {source: a, target: b}
                  - {source: other, target: code}
                """))
        .containsExactly(
            "data_sources.yml:14:36: The aggregation max_by needs \"order_column\" - Add it",
            "data_sources.yml:15:63: \"separator\" does not belong to the aggregation first - Remove"
                + " it, or use the type concat_distinct",
            "data_sources.yml:16:76: The template \"{a\" has a brace that is no placeholder - Write"
                + " {column}, or {column:yyMM} for a date",
            "data_sources.yml:16:14: \"source\" does not belong to a column that is filled by a"
                + " template - Remove it: the template names its columns",
            "data_sources.yml:17:65: \"yyQb\" is no date pattern: Unknown pattern letter: b - Write"
                + " one such as yyMM",
            "data_sources.yml:18:13: The backfill column \"e\" has no \"source\" - Name the fact"
                + " column that fills it, or use a template",
            "data_sources.yml:19:13: The column \"b\" is filled twice - Remove one of the two",
            "data_sources.yml:20:13: The key column \"code\" is filled from something else than"
                + " \"item\" - Remove it: key columns are filled from source_column");
  }

  @Test
  void theShortFormAndTheLongOneExcludeEachOther() {
    assertThat(withForeignKey("derive_columns: [item]\nbackfill_columns: [{source: a, target: a}]"))
        .containsExactly(
            "data_sources.yml:13:9: \"derive_columns\" and \"backfill_columns\" are two forms of the"
                + " same - Keep one of them");
  }
}
