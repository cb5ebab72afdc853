package io.refkeeper.runtime;

import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Ingest;
import io.refkeeper.config.ReferenceSource;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.problem.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Settings that are understood but not acted on by this version. Whoever uses one must hear of it,
 * not wonder.
 */
public final class LaterSettings {

  private static final Set<SourceType> SOURCES =
      Set.of(SourceType.LEGACY_MYSQL, SourceType.CONFIG_FILE, SourceType.MANUAL);

  private LaterSettings() {}

  /** One warning for each setting in use that does nothing yet. */
  public static List<Finding> check(LoadedConfiguration loaded) {
    List<Finding> findings = new ArrayList<>();
    ManagementPolicy policy = loaded.configuration().management();
    if (!policy.ingest().schedule().equals(Ingest.CONTINUOUS)) {
      findings.add(
          warning("ingest.schedule: the inbox is read all the time", "reference_management.yml"));
    }
    if (policy.ingest().requireFreshSync()) {
      findings.add(
          warning("ingest.require_fresh_sync: files do not wait", "reference_management.yml"));
    }
    for (ReferenceSource source : loaded.configuration().referenceTables().values()) {
      String place = loaded.places().referenceTable(source.table());
      if (!SOURCES.contains(source.sourceType())) {
        findings.add(
            warning(
                "source_type %s: the table cannot be synced"
                    .formatted(source.sourceType().name().toLowerCase(Locale.ROOT)),
                place));
      }
      if (source.lookupOnDemand()) {
        findings.add(warning("lookup_on_demand: unknown keys are derived at once", place));
      }
    }
    return findings;
  }

  private static Finding warning(String message, String place) {
    return Finding.warning(
        "not_acted_on", "Not acted on by this version: " + message, place, "leave it out for now");
  }
}
