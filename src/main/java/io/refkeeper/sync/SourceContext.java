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
 * @param root the folder that paths are relative to
 * @param target what earlier runs have left: watermarks
 */
public record SourceContext(
    Map<String, SourceConnection> connections,
    ZoneId timeZone,
    Path root,
    SyncSettings settings,
    DataSource target) {

  public SourceContext {
    connections = Map.copyOf(connections);
  }
}
