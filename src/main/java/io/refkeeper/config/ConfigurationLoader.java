package io.refkeeper.config;

import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads the three YAML files of a folder. What is wrong is told all at once: syntax, then what the
 * JSON Schemas do not allow, then what means nothing. No database is asked.
 */
public final class ConfigurationLoader {

  private static final List<String> FILES =
      List.of(Places.DATA_SOURCES, Places.REFERENCE_SOURCES, Places.REFERENCE_MANAGEMENT);

  private ConfigurationLoader() {}

  /**
   * Reads and checks the configuration.
   *
   * @param directory the folder of the three files
   * @param environment what <code>${NAME:default}</code> is replaced from; null for what is not set
   * @throws ConfigurationException with every problem found
   */
  public static Configuration load(Path directory, Function<String, String> environment) {
    return read(directory, environment).configuration();
  }

  /**
   * Like {@link #load}, and tells where everything stands.
   *
   * @throws ConfigurationException with every problem found
   */
  public static LoadedConfiguration read(Path directory, Function<String, String> environment) {
    ProblemCollector problems = new ProblemCollector();
    Map<String, YamlDocument> documents = new LinkedHashMap<>();
    for (String file : FILES) {
      List<Problem> found = new ArrayList<>();
      Path path = directory.resolve(file);
      YamlDocument document =
          YamlReader.read(path, path.normalize().toString(), environment, found);
      found.forEach(problems::add);
      if (document != null) {
        new SchemaValidator(file.replace(".yml", ".schema.json")).validate(document, problems);
        documents.put(file, document);
      }
    }
    if (documents.size() < FILES.size()) {
      // without one file, names in the others mean nothing
      throw new ConfigurationException(problems.all());
    }
    Configuration configuration = bind(directory, documents, problems);
    if (!problems.all().isEmpty()) {
      throw new ConfigurationException(problems.all());
    }
    return new LoadedConfiguration(configuration, new Places(documents));
  }

  private static Configuration bind(
      Path directory, Map<String, YamlDocument> documents, ProblemCollector problems) {
    Path parent = directory.toAbsolutePath().normalize().getParent();
    Path home = parent == null ? directory : parent;
    Element sources = new Element(documents.get(Places.REFERENCE_SOURCES), "", problems);
    Element management = new Element(documents.get(Places.REFERENCE_MANAGEMENT), "", problems);
    Map<String, Domain> domains =
        new DomainReader(home)
            .readAll(new Element(documents.get(Places.DATA_SOURCES), "", problems));
    Map<String, SourceConnection> connections = ConnectionsReader.readAll(sources);
    ManagementPolicy policy =
        ManagementReader.read(management, sources.entries("reference_tables").keySet());
    List<ForeignKeyRule> foreignKeys =
        domains.values().stream().flatMap(domain -> domain.foreignKeys().stream()).toList();
    Map<String, ReferenceSource> tables =
        new ReferenceSourcesReader(connections, foreignKeys, policy.preload().schedule())
            .readAll(sources);
    return new Configuration(directory, domains, connections, tables, policy);
  }
}
