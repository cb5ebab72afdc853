package io.refkeeper.sync;

import io.refkeeper.config.SourceConnection;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import javax.sql.DataSource;

/**
 * What sources are made of.
 *
 * @param connections by name
 * @param timeZone of dates and times without an offset
 * @param directory the folder of the configuration
 * @param target what earlier runs have left: watermarks
 */
public record SourceContext(
    Map<String, SourceConnection> connections,
    ZoneId timeZone,
    Path directory,
    SyncSettings settings,
    DataSource target) {

  public SourceContext {
    connections = Map.copyOf(connections);
  }

  /** The folder that paths are relative to. */
  Path root() {
    return directory.toAbsolutePath().normalize().getParent();
  }
}
