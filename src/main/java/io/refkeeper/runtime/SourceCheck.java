package io.refkeeper.runtime;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.problem.Finding;
import io.refkeeper.problem.Problem;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.sync.SourceInspection;
import io.refkeeper.sync.SyncSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Looks whether the sources are there and have what a sync asks them for. What is wrong with them
 * is a warning: loads go on without, and a server that is down may be up at one o'clock.
 */
public final class SourceCheck {

  private final LoadedConfiguration loaded;
  private final SourceInspection inspection;
  private final List<Finding> findings = new ArrayList<>();

  /** By connection, or for a source without one by table: whether it answers. */
  private final Map<String, Boolean> reachable = new HashMap<>();

  private SourceCheck(LoadedConfiguration loaded, SourceInspection inspection) {
    this.loaded = loaded;
    this.inspection = inspection;
  }

  /**
   * One warning for each connection and each address that cannot be reached, and for each table,
   * column and condition that a reachable one does not know.
   */
  public static List<Finding> check(
      LoadedConfiguration loaded, SyncSettings settings, DataSource target) {
    Configuration configuration = loaded.configuration();
    SourceCheck check =
        new SourceCheck(loaded, new SourceInspection(configuration, settings, target));
    configuration.referenceTables().values().stream()
        .filter(table -> table.sourceType() != SourceType.MANUAL)
        .forEach(check::check);
    return check.findings;
  }

  private void check(ReferenceSource table) {
    String connection = table.sourceConfig().connection();
    String server = connection == null ? "table " + table.table() : "connection " + connection;
    if (reachable.computeIfAbsent(server, s -> isReachable(table, connection))) {
      String place = loaded.places().referenceTable(table.table(), "source_config");
      for (Problem problem : inspection.problems(table)) {
        findings.add(
            Finding.warning(
                problem.code(),
                "%s: %s".formatted(ReferenceTables.of(table), problem.message()),
                place,
                problem.remedy().replace("; nothing was written", "")));
      }
    }
  }

  private boolean isReachable(ReferenceSource table, String connection) {
    Optional<Problem> problem = inspection.unreachable(table);
    problem.ifPresent(
        p ->
            findings.add(
                Finding.warning(
                    p.code(),
                    p.message(),
                    connection == null
                        ? loaded.places().referenceTable(table.table(), "source_config")
                        : loaded.places().connection(connection),
                    p.remedy())));
    return problem.isEmpty();
  }
}
