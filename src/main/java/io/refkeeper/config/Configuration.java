package io.refkeeper.config;

import io.refkeeper.problem.ShownPath;
import java.nio.file.Path;
import java.util.Map;

/**
 * Everything that was configured, valid in itself and with all defaults filled in.
 *
 * @param directory the folder the three files came from; relative paths in them start at its parent
 * @param domains by name, in file order ({@code data_sources.yml})
 * @param connections by name ({@code reference_sources.yml})
 * @param referenceTables by table name, in file order ({@code reference_sources.yml})
 * @param management policy ({@code reference_management.yml})
 */
public record Configuration(
    Path directory,
    Map<String, Domain> domains,
    Map<String, SourceConnection> connections,
    Map<String, ReferenceSource> referenceTables,
    ManagementPolicy management) {

  /** {@code reference_sources.yml}, as people open it from where they are. */
  public String referenceSourcesFile() {
    return fileOfReferenceSources(directory);
  }

  /** The same for a folder. */
  public static String fileOfReferenceSources(Path directory) {
    return ShownPath.of(directory.resolve(Places.REFERENCE_SOURCES)).toString();
  }
}
