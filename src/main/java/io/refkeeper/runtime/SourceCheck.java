package io.refkeeper.runtime;

import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.problem.Finding;
import io.refkeeper.problem.Problem;
import io.refkeeper.sync.SourceProbe;
import io.refkeeper.sync.SyncSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks whether the sources of the reference tables are there. A source that is down now is a
 * warning: it may be up at one o'clock.
 */
public final class SourceCheck {

  private SourceCheck() {}

  /** One warning a connection that cannot be reached, and a file that is not there. */
  public static List<Finding> check(LoadedConfiguration loaded, SyncSettings settings) {
    List<Finding> findings = new ArrayList<>();
    for (SourceConnection connection : loaded.configuration().connections().values()) {
      Optional<Problem> problem = SourceProbe.problem(connection, settings);
      problem.ifPresent(
          p ->
              findings.add(
                  Finding.warning(
                      p.code(),
                      p.message(),
                      loaded.places().connection(connection.name()),
                      p.remedy())));
    }
    Path home = loaded.configuration().directory().toAbsolutePath().normalize().getParent();
    for (ReferenceSource source : loaded.configuration().referenceTables().values()) {
      String file = source.sourceConfig() == null ? null : source.sourceConfig().filePath();
      if (source.sourceType() == SourceType.CONFIG_FILE && !Files.isReadable(home.resolve(file))) {
        findings.add(
            Finding.warning(
                "source_file_missing",
                "The file %s cannot be read".formatted(home.resolve(file)),
                loaded.places().referenceTable(source.table(), "source_config", "file_path"),
                "create it, or correct file_path"));
      }
    }
    return findings;
  }
}
