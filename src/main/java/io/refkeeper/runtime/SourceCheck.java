package io.refkeeper.runtime;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.problem.Finding;
import io.refkeeper.sync.Sources;
import io.refkeeper.sync.SyncSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks whether the sources are there. One that is down now is a warning: it may be up at one
 * o'clock.
 */
public final class SourceCheck {

  private SourceCheck() {}

  /** One warning for each connection and each address that cannot be reached. */
  public static List<Finding> check(LoadedConfiguration loaded, SyncSettings settings) {
    Configuration configuration = loaded.configuration();
    Sources sources = Sources.open(configuration, settings, null);
    List<Finding> findings = new ArrayList<>();
    Set<String> tried = new HashSet<>();
    for (ReferenceSource table : configuration.referenceTables().values()) {
      String connection = table.sourceConfig().connection();
      if (table.sourceType() == SourceType.MANUAL || connection != null && !tried.add(connection)) {
        continue;
      }
      sources
          .of(table.sourceType())
          .probe(table)
          .ifPresent(
              problem ->
                  findings.add(
                      Finding.warning(
                          problem.code(),
                          problem.message(),
                          connection == null
                              ? loaded.places().referenceTable(table.table(), "source_config")
                              : loaded.places().connection(connection),
                          problem.remedy())));
    }
    return findings;
  }
}
