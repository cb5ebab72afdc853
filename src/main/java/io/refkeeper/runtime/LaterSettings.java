package io.refkeeper.runtime;

import io.refkeeper.config.LoadedConfiguration;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.config.ManagementPolicy.Ingest;
import io.refkeeper.problem.Finding;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings that are understood but not acted on by this version. Whoever uses one must hear of it,
 * not wonder.
 */
public final class LaterSettings {

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
    return findings;
  }

  private static Finding warning(String message, String place) {
    return Finding.warning(
        "not_acted_on", "Not acted on by this version: " + message, place, "leave it out for now");
  }
}
