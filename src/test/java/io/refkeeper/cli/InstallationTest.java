package io.refkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.refkeeper.problem.ShownPath;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstallationTest {

  private static final Path HERE = Path.of("").toAbsolutePath();

  @Test
  void theInboxIsInTheInstallationsFolderUnlessADataFolderIsNamed() {
    Installation usual = new Installation(Map.of("REFKEEPER_HOME", "/opt/refkeeper"));
    assertThat(usual.inboxHome()).isEqualTo(Path.of("/opt/refkeeper"));
    assertThat(usual.data()).isEqualTo(Path.of("/opt/refkeeper/var"));

    Installation named =
        new Installation(Map.of("REFKEEPER_HOME", "/opt/refkeeper", "REFKEEPER_DATA", "/srv/data"));
    assertThat(named.inboxHome()).isEqualTo(Path.of("/srv/data"));
  }

  @Test
  void aRelativeDataFolderStartsInTheCurrentFolder() {
    Installation named =
        new Installation(Map.of("REFKEEPER_HOME", "/opt/refkeeper", "REFKEEPER_DATA", "var/demo"));
    assertThat(named.data()).isEqualTo(HERE.resolve("var/demo"));
    assertThat(named.inboxHome()).isEqualTo(HERE.resolve("var/demo"));
  }

  @Test
  void aPathIsShownAsItWouldBeTypedHere() {
    assertThat(ShownPath.of(HERE.resolve("config/x.yml"))).isEqualTo(Path.of("config/x.yml"));
    assertThat(ShownPath.of(Path.of("/etc/refkeeper"))).isEqualTo(Path.of("/etc/refkeeper"));
    assertThat(ShownPath.of(HERE.resolve("../beside"))).isEqualTo(HERE.resolveSibling("beside"));
  }

  @Test
  void theTerminalsWidthIsEightyWhenUnknown() {
    assertThat(new Installation(Map.of()).terminalWidth()).isEqualTo(80);
    assertThat(new Installation(Map.of("COLUMNS", "132")).terminalWidth()).isEqualTo(132);
    assertThat(new Installation(Map.of("COLUMNS", "wide")).terminalWidth()).isEqualTo(80);
    assertThat(new Installation(Map.of("COLUMNS", "3")).terminalWidth()).isEqualTo(60);
  }
}
