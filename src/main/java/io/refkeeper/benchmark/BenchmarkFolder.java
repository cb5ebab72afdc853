package io.refkeeper.benchmark;

import io.refkeeper.runtime.Setup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.io.FileUtils;

/** Where the benchmark keeps its files and its configuration; closing it deletes the folder. */
final class BenchmarkFolder implements AutoCloseable {

  private static final List<String> CONFIGURATION =
      List.of("data_sources.yml", "reference_management.yml", "reference_sources.yml");

  private final Path path;

  private BenchmarkFolder(Path path) {
    this.path = path;
  }

  /** Makes the folder anew; what an earlier run has left is deleted. */
  static BenchmarkFolder make(Path path) throws IOException {
    FileUtils.deleteDirectory(path.toFile());
    Path configuration = Files.createDirectories(path.resolve("config"));
    for (String name : CONFIGURATION) {
      try (InputStream in = BenchmarkFolder.class.getResourceAsStream("/benchmark/" + name)) {
        Files.copy(Objects.requireNonNull(in, name), configuration.resolve(name));
      }
    }
    return new BenchmarkFolder(path);
  }

  /**
   * The benchmark's own configuration on the routes of the installation.
   *
   * @param environment may name the legacy server of W10
   */
  Setup setup(Path routes, Map<String, String> environment) {
    return Setup.read(path, path.resolve("config"), routes, environment);
  }

  @Override
  public void close() throws IOException {
    FileUtils.deleteDirectory(path.toFile());
  }
}
