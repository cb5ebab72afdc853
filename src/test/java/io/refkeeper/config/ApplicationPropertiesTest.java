package io.refkeeper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationPropertiesTest {

  @TempDir private Path home;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = home.resolve("application.properties");
  }

  @Test
  void everyShippedOptionHasACommentAboveItOrAboveItsNeighbour() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("config", "application.properties"));
    String before = "";
    for (String line : lines) {
      if (line.startsWith("refkeeper.") || line.startsWith("camel.")) {
        assertThat(before).as(line).isNotBlank();
      }
      before = line;
    }
  }

  @Test
  void everyOptionOfTheRoutesIsShippedOrFollowsFromTheConfiguration() throws IOException {
    Set<String> shipped = ApplicationProperties.load(file, Map.<String, String>of()::get).keySet();
    Set<String> derived =
        Set.of(
            "refkeeper.inbox.autostart",
            "refkeeper.ingest.inbox",
            "refkeeper.observe.autostart",
            "refkeeper.retention.cron",
            "refkeeper.retention.scheduled",
            "refkeeper.review-report.cron",
            "refkeeper.review-report.scheduled",
            "refkeeper.smtp.auth",
            "refkeeper.smtp.starttls",
            "refkeeper.smtp.tls",
            "refkeeper.sync.time-zone",
            "refkeeper.validation.cron",
            "refkeeper.validation.scheduled");
    Pattern placeholder = Pattern.compile("\\{\\{(refkeeper\\.[a-z.-]+)}}");
    try (Stream<Path> routes = Files.list(Path.of("routes"))) {
      for (Path route : routes.toList()) {
        placeholder
            .matcher(Files.readString(route))
            .results()
            .map(result -> result.group(1))
            .filter(name -> !derived.contains(name))
            .forEach(name -> assertThat(shipped).as(route.toString()).contains(name));
      }
    }
  }

  @Test
  void aFolderWithoutTheFileHasTheShippedDefaults() {
    assertThat(ApplicationProperties.load(file, Map.<String, String>of()::get))
        .containsEntry("refkeeper.load.chunk-size", "10000")
        .containsEntry("refkeeper.smtp.host", "localhost")
        .containsEntry("refkeeper.smtp.password", "");
  }

  @Test
  void theFileOverridesTheDefaultsAndTheEnvironmentIsReplacedOnce() throws IOException {
    Files.writeString(file, "refkeeper.load.chunk-size = ${SIZE:7}\ncamel.main.name = x\n");
    assertThat(
            ApplicationProperties.load(
                file, Map.of("SIZE", "${OTHER:1}", "REFKEEPER_SMTP_PORT", "2525")::get))
        .containsEntry("refkeeper.load.chunk-size", "${OTHER:1}")
        .containsEntry("refkeeper.smtp.port", "2525")
        .containsEntry("camel.main.name", "x");
  }

  @Test
  void namesUnknownOptionsAndVariablesThatAreNotSet() throws IOException {
    Files.writeString(
        file, "# mine\nrefkeeper.load.chunksize=5\nrefkeeper.x=1\nrefkeeper.smtp.host=${MAIL}\n");
    assertThatThrownBy(() -> ApplicationProperties.load(file, Map.<String, String>of()::get))
        .hasMessage(
            file
                + ":2: Unknown option \"refkeeper.load.chunksize\" - Did you mean"
                + " \"refkeeper.load.chunk-size\"?\n"
                + file
                + ":3: Unknown option \"refkeeper.x\" - Remove it; the shipped"
                + " application.properties names all options\n"
                + file
                + ":4: The environment variable MAIL is not set - Set it, or give a default:"
                + " ${MAIL:default}");
  }
}
