package io.refkeeper.runtime;

import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.config.SourceConnection;
import io.refkeeper.problem.Finding;
import io.refkeeper.problem.Problem;
import io.refkeeper.sync.SourceProbe;
import io.refkeeper.sync.SyncSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks whether the servers of the sources are there. One that is down now is a warning: it may be
 * up at one o'clock.
 */
public final class SourceCheck {

  private SourceCheck() {}

  /** One warning a connection that cannot be reached. */
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
    return findings;
  }
}
