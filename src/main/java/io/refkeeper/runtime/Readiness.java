package io.refkeeper.runtime;

import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.database.Migration;
import io.refkeeper.database.TargetDatabase;
import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Finding;
import io.refkeeper.problem.Problem;
import io.refkeeper.reference.DatabaseCheck;
import io.refkeeper.reference.ReferenceTables;
import java.util.List;

/** Sees to it that nothing starts on a configuration that does not fit its database. */
public final class Readiness {

  private Readiness() {}

  /**
   * Compares the configuration with the target. An embedded database is migrated on the way; a real
   * one only by {@code refkeeper migrate}, when its DBA says so.
   *
   * @throws ConfigurationException with every problem found
   */
  public static void require(LoadedConfiguration loaded, TargetDatabase target) {
    if (target.isEmbedded()) {
      new Migration(target.dataSource()).apply(ReferenceTables.all(loaded.configuration()));
    }
    List<Problem> errors =
        new DatabaseCheck(target.dataSource())
            .check(loaded).stream().filter(Finding::isError).map(Finding::problem).toList();
    if (!errors.isEmpty()) {
      throw new ConfigurationException(errors);
    }
  }
}
