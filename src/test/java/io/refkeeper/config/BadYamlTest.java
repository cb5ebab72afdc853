package io.refkeeper.config;

import static io.refkeeper.config.ConfigurationFiles.DATA_SOURCES;
import static io.refkeeper.config.ConfigurationFiles.REFERENCE_SOURCES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadYamlTest {

  @TempDir private Path home;
  private ConfigurationFiles files;

  @BeforeEach
  void createFiles() {
    files = new ConfigurationFiles(home);
  }

  @Test
  void theSmallConfigurationIsValid() {
    assertThat(files.problems()).isEmpty();
    assertThat(files.load().management().timeZone()).hasToString("UTC");
    assertThat(files.load().connections().get("erp").port()).isEqualTo(3306);
  }

  @Test
  void namesTheLineOfASyntaxErrorAndStillReadsTheOtherFiles() {
    files.dataSources("domains:\n  sales: [a, b\n  next: 1\n").management("stratgy: hybrid\n");
    assertThat(files.problems())
        .containsExactly(
            "data_sources.yml:3:7: Not valid YAML: expected ',' or ']', but got : - Correct the"
                + " line, or the one above it",
            "reference_management.yml:1:1: Unknown key \"stratgy\" - Did you mean \"strategy\"?");
  }

  @Test
  void listsEveryProblemOfEveryFileAtOnce() {
    files
        .dataSources(
            DATA_SOURCES
                .replace("load_mode: append", "load_mod: append")
                .replace("target_key: code", "priority: high"))
        .referenceSources(REFERENCE_SOURCES.replace("merge", "mirror"))
        .management("alerts:\n  pending_review: -1\npreload:\n  enabled: 'yes'\n");
    assertThat(files.problems())
        .containsExactlyInAnyOrder(
            "data_sources.yml:6:5: Unknown key \"load_mod\" - Did you mean \"load_mode\"?",
            "data_sources.yml:2:3: The key \"load_mode\" is missing - Add it: append adds; replace"
                + " replaces the scopes that the file holds; upsert updates by key.",
            "data_sources.yml:12:19: \"priority\" must be a whole number, but is text",
            "data_sources.yml:8:9: The key \"target_key\" is missing - Add it: Unique column of the"
                + " parent table; a list as long as source_column for a composite key.",
            "reference_sources.yml:8:20: \"sync_strategy\" must be one of full_replace, incremental,"
                + " merge, but is \"mirror\"",
            "reference_management.yml:2:19: \"pending_review\" must be 0 or more",
            "reference_management.yml:4:12: \"enabled\" must be true or false, but is text");
  }

  @Test
  void refusesAKeyThatStandsTwice() {
    files.dataSources(
        DATA_SOURCES.replace("load_mode: append", "load_mode: append\n    files: [x]"));
    assertThat(files.problems())
        .containsExactly(
            "data_sources.yml:7:5: The key \"files\" stands here twice, first at line 3 - Remove one"
                + " of the two");
  }

  @Test
  void refusesCodesThatAreNumbers() {
    files.dataSources(
        DATA_SOURCES.replace(
            "load_mode: append",
            "load_mode: append\n    columns: [{source: a, target: b, map: {x: 7}}]"));
    assertThat(files.problems())
        .containsExactly(
            "data_sources.yml:7:47: \"x\" must be text or null, but is a number - Put it in quotes");
  }

  @Test
  void namesAVariableThatIsNotSet() {
    files.management("notifications: {channels: {team: {slack_webhook: \"${TEAM_HOOK}\"}}}\n");
    assertThat(files.problems())
        .containsExactly(
            "reference_management.yml:1:50: The environment variable TEAM_HOOK is not set - Set it,"
                + " or give a default: ${TEAM_HOOK:default}");
    assertThat(files.environment("TEAM_HOOK", "https://x").load().management().channels())
        .hasSize(1);
  }

  @Test
  void neverShowsAPasswordOrAValueFromTheEnvironment() {
    files
        .environment("PORT", "s3cret")
        .environment("TLS", "s3cret")
        .environment("ZONE", "s3cret")
        .referenceSources(
            REFERENCE_SOURCES.replace(
                "user: reader",
                "user: reader, password: s3cret, port: \"${PORT}\", tls: \"${TLS}\""))
        .management("time_zone: ${ZONE}\nnotifications: {channels: {a: {webhook: [s3cret]}}}\n");
    assertThat(files.problems())
        .containsExactlyInAnyOrder(
            "reference_sources.yml:2:92: \"port\" must be a whole number, but is text",
            "reference_sources.yml:2:108: \"tls\" must be one of required, preferred, disabled, but"
                + " is another value (not shown)",
            "reference_sources.yml:2:68: The password of connection \"erp\" is written into the file"
                + " - Take it from the environment: ${NAME_OF_A_VARIABLE}",
            "reference_management.yml:1:12: \"(not shown)\" is no time zone - Write a name such as"
                + " Asia/Shanghai",
            "reference_management.yml:2:41: \"webhook\" must be text or null, but is a list - Put it"
                + " in quotes")
        .allSatisfy(problem -> assertThat(problem).doesNotContain("s3cret"));
  }

  @Test
  void takesNumbersAndFlagsFromTheEnvironmentButLeavesTextAlone() {
    files
        .environment("MAX", "7")
        .environment("ON", "false")
        .environment("BOX", "2024")
        .management(
            "preload: {enabled: \"${ON}\"}\nalerts: {pending_review: \"${MAX}\"}\ningest: {inbox: \"${BOX}\"}\n");
    ManagementPolicy policy = files.load().management();
    assertThat(policy.preload().enabled()).isFalse();
    assertThat(policy.alerts().pendingReview()).isEqualTo(7);
    assertThat(policy.ingest().inbox()).isEqualTo("2024");
  }

  @Test
  void refusesDeepNestingCyclesAndAliasesThatExplode() {
    files.dataSources("a: " + "[".repeat(10_000));
    assertThat(files.problems())
        .containsExactly(
            "data_sources.yml:1:53: Nested too deep, or too much once aliases are replaced - Write it"
                + " flatter, with fewer aliases");
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 8; i++) {
      String alias = ", *a" + (i - 1);
      bomb.append("a%d: &a%d [x%s]\n".formatted(i, i, alias.repeat(10)));
    }
    files.dataSources(bomb.toString());
    assertThat(files.problems()).hasSize(1).first().asString().contains("Nested too deep");
    files.dataSources("a: &a [*a]\n");
    assertThat(files.problems()).hasSize(1).first().asString().contains("Nested too deep");
  }

  @Test
  void refusesTagsThatWouldMakeObjects() {
    files.management("strategy: !java.net.URL [http://example.com]\n");
    assertThat(files.problems())
        .containsExactly(
            "reference_management.yml:1:11: The tag !java.net.URL is not allowed - Remove the tag",
            "reference_management.yml:1:11: \"strategy\" must be text, but is a list - Put it in quotes");
  }

  @Test
  void namesAFileThatIsMissingEmptyOrNotUtf8() throws IOException {
    Files.delete(files.directory().resolve("reference_sources.yml"));
    Files.write(files.directory().resolve("data_sources.yml"), new byte[] {'a', ':', (byte) 0xff});
    assertThat(files.problems())
        .containsExactly(
            "data_sources.yml: The file is not UTF-8 - Save it as UTF-8",
            "reference_sources.yml: The file does not exist - Create it, or name another");
    files.dataSources("").referenceSources(REFERENCE_SOURCES);
    assertThat(files.problems())
        .containsExactly(
            "data_sources.yml:1:1: The key \"domains\" is missing - Add it: Fact data by name.");
  }
}
