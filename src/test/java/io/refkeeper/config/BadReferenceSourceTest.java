package io.refkeeper.config;

import static io.refkeeper.config.ConfigurationFiles.REFERENCE_SOURCES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the schema cannot see in reference_sources.yml and reference_management.yml. */
class BadReferenceSourceTest {

  @TempDir private Path home;
  private ConfigurationFiles files;

  @BeforeEach
  void createFiles() {
    files = new ConfigurationFiles(home);
  }

  private List<String> replacing(String text, String with) {
    return files.referenceSources(REFERENCE_SOURCES.replace(text, with)).problems();
  }

  @Test
  void connectionsExistAndFitTheSourceType() {
    assertThat(replacing("connection: erp", "connection: erpp"))
        .containsExactly(
            "reference_sources.yml:7:33: There is no connection \"erpp\" - Did you mean \"erp\"?");
    assertThat(replacing("connection: erp", "database: other"))
        .containsExactly(
            "reference_sources.yml:7:31: There is no connection named like the database \"other\" -"
                + " Choose one of: erp");
    assertThat(replacing("connection: erp, ", ""))
        .containsExactly(
            "reference_sources.yml:7:5: source_type: legacy_mysql needs a \"connection\" in"
                + " source_config - Name one of: erp");
    assertThat(replacing("legacy_mysql", "postgres"))
        .containsExactly(
            "reference_sources.yml:7:33: The connection \"erp\" is of type mysql, but source_type:"
                + " postgres needs postgres - Name another connection, or change the source_type");
  }

  @Test
  void keysOfOtherSourceTypesAreRefused() {
    assertThat(
            replacing(
                "source_type: legacy_mysql", "source_type: config_file\n    incremental_column: x"))
        .containsExactly(
            "reference_sources.yml:7:5: \"incremental_column\" does not belong to a source that is"
                + " read as a whole - Remove it",
            "reference_sources.yml:8:21: \"connection\" does not belong to source_type: config_file -"
                + " Remove it",
            "reference_sources.yml:8:38: \"table\" does not belong to source_type: config_file -"
                + " Remove it",
            "reference_sources.yml:8:5: source_type: config_file needs \"file_path\" in source_config"
                + " - Add it");
  }

  @Test
  void anIncrementalColumnCannotGoWithFullReplace() {
    assertThat(replacing("merge", "full_replace\n    incremental_column: changed_at"))
        .containsExactly(
            "reference_sources.yml:9:5: \"incremental_column\" cannot go with sync_strategy:"
                + " full_replace: all that is unchanged would look gone - Remove it, or write"
                + " sync_strategy: merge");
  }

  @Test
  void schedulesAreCronsThatComeTrue() {
    assertThat(replacing("merge", "merge\n    schedule: \"0 25 * * *\""))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("reference_sources.yml:9:15: \"0 25 * * *\" is no cron expression: ")
        .endsWith(
            " - Write minute, hour, day, month, day of week (0 is Sunday), such as \"0 1 * * *\"");
    assertThat(replacing("merge", "merge\n    schedule: \"0 0 31 2 *\""))
        .containsExactly(
            "reference_sources.yml:9:15: \"0 0 31 2 *\" is no cron expression: it never comes true -"
                + " Write minute, hour, day, month, day of week (0 is Sunday), such as \"0 1 * * *\"");
    assertThat(replacing("merge", "merge\n    schedule: 0 0 1 * * ?"))
        .containsExactly(
            "reference_sources.yml:9:15: \"0 0 1 * * ?\" is no cron expression: it does not have 5"
                + " fields - Write minute, hour, day, month, day of week (0 is Sunday), such as \"0 1"
                + " * * *\"");
    assertThat(replacing("merge", "merge\n    schedule: on_change"))
        .containsExactly(
            "reference_sources.yml:9:15: schedule: on_change is only known to source_type:"
                + " config_file - Write a cron expression");
    assertThat(replacing("merge", "merge\n    schedule: 0 9 * * 7")).isEmpty();
  }

  @Test
  void dependenciesNameTablesWithoutCircles() {
    String second =
        """
          colour:
            target_schema: shop
            source_type: manual
            source_config: {key_column: code}
            depends_on: [item, shade]
        """;
    files.referenceSources(REFERENCE_SOURCES + "    depends_on: [colour]\n" + second);
    assertThat(files.problems())
        .containsExactly(
            "reference_sources.yml:14:24: There is no reference table \"shade\" - Choose one of:"
                + " item, colour",
            "reference_sources.yml:9:5: Reference tables depend on each other in a circle: item ->"
                + " colour -> item - Remove one of these dependencies");
  }

  @Test
  void whatTheSourceLeavesOutComesFromTheForeignKeys() {
    assertThat(replacing(", key_column: code", "")).isEmpty();
    assertThat(files.load().referenceTables().get("item").targetKey()).containsExactly("code");
    files.referenceSources(
        REFERENCE_SOURCES
            .replace("    target_schema: shop\n", "")
            .replace("key_column: code", "columns: {nr: code}, where: null"));
    ReferenceSource item = files.load().referenceTables().get("item");
    assertThat(item.targetSchema()).isEqualTo("shop");
    assertThat(item.sourceConfig().keyColumns()).containsExactly("nr");
    assertThat(item.targetKey()).containsExactly("code");
  }

  @Test
  void asksForSchemaAndKeyWhenNoForeignKeyNamesThem() {
    files.referenceSources(
        """
        reference_tables:
          colour: {source_type: config_file, source_config: {file_path: colours.txt}}
        """);
    assertThat(files.problems())
        .containsExactly(
            "reference_sources.yml:2:3: The key \"sync_strategy\" is missing - Write full_replace,"
                + " incremental or merge",
            "reference_sources.yml:2:3: The schema of \"colour\" is not known: no foreign key names"
                + " the table - Add target_schema",
            "reference_sources.yml:2:38: The key is not known: no \"key_column\", and no foreign key"
                + " that would name it - Add key_column",
            "reference_sources.yml:2:65: The format of \"colours.txt\" does not follow from its name"
                + " - Add format: yaml, json or csv");
  }

  @Test
  void theSeedsSpellingNamesTheConnectionByItsDatabase() {
    assertThat(replacing("connection: erp", "database: erp")).isEmpty();
    assertThat(files.load().referenceTables().get("item").sourceConfig().connection())
        .isEqualTo("erp");
  }

  @Test
  void policyNamesChannelsTablesZonesAndDurationsThatExist() {
    files.management(
        """
        time_zone: Asia/Shangai
        ingest: {inbox: in, archive: in, max_sync_age: 1 day}
        backfill: {notification_channel: alert}
        alerts: {per_table: {items: 0.5}}
        notifications: {channels: {alerts: {email: [nobody]}}}
        """);
    assertThat(files.problems())
        .containsExactly(
            "reference_management.yml:5:45: \"0\" does not have the right form, which is"
                + " ^[^@\\s]+@[^@\\s]+$",
            "reference_management.yml:1:12: \"Asia/Shangai\" is no time zone - Did you mean"
                + " \"Asia/Shanghai\"?",
            "reference_management.yml:2:48: \"1 day\" is no duration - Write a number with s, m, h or"
                + " d, such as 24h",
            "reference_management.yml:2:10: The inbox \"in\" is also the folder of finished files -"
                + " Give each its own folder",
            "reference_management.yml:3:34: There is no channel \"alert\" under"
                + " notifications.channels - Did you mean \"alerts\"?",
            "reference_management.yml:4:22: There is no reference table \"items\" in"
                + " reference_sources.yml - Did you mean \"item\"?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC+8", "GMT+8", "+08:00", "Z"})
  void aTimeZoneIsARegionBecausePostgresReadsTheSignOfAnOffsetTheOtherWayRound(String zone) {
    files.management("time_zone: \"%s\"\n".formatted(zone));
    assertThat(files.problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("\"%s\" is no time zone".formatted(zone), "Asia/Shanghai"));
  }
}
