package io.refkeeper.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.refkeeper.problem.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A small valid configuration in a folder, and what becomes of it when lines are replaced. */
final class ConfigurationFiles {

  static final String DATA_SOURCES =
      """
      domains:
        sales:
          files: ["sales*.csv"]
          target_schema: shop
          target_table: sale
          load_mode: append
          foreign_keys:
            - name: fk_item
              source_column: item
              target_schema: shop
              target_table: item
              target_key: code
      """;

  static final String REFERENCE_SOURCES =
      """
      connections:
        erp: {type: mysql, host: localhost, database: erp, user: reader}
      reference_tables:
        item:
          target_schema: shop
          source_type: legacy_mysql
          source_config: {connection: erp, table: item, key_column: code}
          sync_strategy: merge
      """;

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();

  ConfigurationFiles(Path home) {
    this.directory = home.resolve("config");
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    dataSources(DATA_SOURCES);
    referenceSources(REFERENCE_SOURCES);
    management("strategy: hybrid\n");
  }

  ConfigurationFiles dataSources(String text) {
    return write("data_sources.yml", text);
  }

  ConfigurationFiles referenceSources(String text) {
    return write("reference_sources.yml", text);
  }

  ConfigurationFiles management(String text) {
    return write("reference_management.yml", text);
  }

  ConfigurationFiles environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  ConfigurationFiles write(String file, String text) {
    try {
      Files.writeString(directory.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Path directory() {
    return directory;
  }

  Configuration load() {
    return ConfigurationLoader.load(directory, environment::get);
  }

  /** Every problem in one line, the folder left out. */
  List<String> problems() {
    ConfigurationException failure = catchThrowableOfType(ConfigurationException.class, this::load);
    if (failure == null) {
      return List.of();
    }
    return failure.problems().stream()
        .map(problem -> problem.toString().replace(directory + "/", ""))
        .toList();
  }
}
