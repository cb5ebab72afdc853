package io.refkeeper.runtime;

import io.refkeeper.config.ApplicationProperties;
import io.refkeeper.config.ConfigurationLoader;
import io.refkeeper.config.LoadedConfiguration;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a process runs with: the configuration, its properties, and where things are.
 *
 * @param home relative folders of the configuration (inbox, archive …) start here
 * @param routes the folder of the route files
 * @param properties of {@code application.properties}, environment replaced
 */
public record Setup(
    Path home, Path routes, LoadedConfiguration loaded, Map<String, String> properties) {

  /**
   * Reads the configuration.
   *
   * @throws io.refkeeper.problem.ConfigurationException with every problem found
   */
  public static Setup read(Path home, Path config, Path routes, Map<String, String> environment) {
    return new Setup(
        home,
        routes,
        ConfigurationLoader.read(config, environment::get),
        ApplicationProperties.load(config.resolve(ApplicationProperties.FILE), environment::get));
  }

  /** An option that is a number. */
  public int number(String property) {
    return Integer.parseInt(properties.get(property));
  }
}
