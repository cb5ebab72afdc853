package io.refkeeper.config;

import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ShownPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
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
    requireAny(directory);
    ProblemCollector problems = new ProblemCollector();
    Map<String, YamlDocument> documents = new LinkedHashMap<>();
    for (String file : FILES) {
      List<Problem> found = new ArrayList<>();
      Path path = directory.resolve(file);
      YamlDocument document =
          YamlReader.read(path, ShownPath.of(path).toString(), environment, found);
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

  /**
   * The policy's time zone alone, for commands that only look: they go without the rest, and so
   * without the secrets that it may want from the environment.
   *
   * @throws ConfigurationException when a file of the configuration is missing, or this one cannot
   *     be read
   */
  public static ZoneId timeZone(Path directory, Function<String, String> environment) {
    requireAny(directory);
    ProblemCollector problems = new ProblemCollector();
    for (String file : FILES) {
      if (!Files.exists(directory.resolve(file))) {
        problems.add(YamlReader.missing(ShownPath.of(directory.resolve(file)).toString()));
      }
    }
    Path path = directory.resolve(Places.REFERENCE_MANAGEMENT);
    List<Problem> found = new ArrayList<>();
    YamlDocument document =
        YamlReader.read(path, ShownPath.of(path).toString(), environment, found);
    ZoneId timeZone = null;
    if (document == null) {
      found.forEach(problems::add);
    } else {
      timeZone = Schedules.timeZone(new Element(document, "/time_zone", problems));
    }
    if (!problems.all().isEmpty()) {
      throw new ConfigurationException(problems.all());
    }
    return timeZone;
  }

  /** A wrong folder is one problem, not one for each file that is not in it. */
  private static void requireAny(Path directory) {
    if (FILES.stream().noneMatch(file -> Files.exists(directory.resolve(file)))) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  "configuration_missing",
                  Files.isDirectory(directory)
                      ? "There is no configuration in this folder"
                      : "There is no such folder",
                  ShownPath.of(directory).toString(),
                  "name the folder that has %s with --config or REFKEEPER_CONFIG"
                      .formatted(String.join(", ", FILES)))));
    }
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
