package io.refkeeper.sync;

import io.refkeeper.audit.AuditLog;
import io.refkeeper.config.Configuration;
import io.refkeeper.config.ReferenceSource.SourceType;
import io.refkeeper.notification.Outbox;
import io.refkeeper.quality.QualitySnapshots;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;

/** Builds what the sync routes refer to. */
public final class SyncBeans {

  private SyncBeans() {}

  /**
   * The beans by name. The routes also need the transaction policy {@code required} on the target.
   *
   * @param outbox takes the message about tables that were left behind
   * @param instance names this process in {@code refkeeper.sync_run}
   */
  public static Map<String, Object> beans(
      Configuration configuration,
      DataSource target,
      Outbox outbox,
      SyncSettings settings,
      String instance,
      Clock clock) {
    ZoneId timeZone = configuration.management().timeZone();
    Sources sources = Sources.open(configuration, settings, target);
    ConfigFile files = (ConfigFile) sources.of(SourceType.CONFIG_FILE);
    Map<String, Object> beans = new LinkedHashMap<>(sources.beans());
    beans.put("syncPlan", new SyncPlan(configuration, settings, target, instance, clock));
    beans.put(
        "syncSchedules",
        new SyncSchedules(
            configuration.referenceTables(), configuration.management(), files, target, clock));
    beans.put("tableSync", new TableSync(target, timeZone, settings));
    beans.put("parentLookup", new OnDemandLookup(configuration, sources, settings, target));
    beans.put("syncStaging", new Staging(target));
    beans.put("syncValidation", new Validation(target));
    beans.put("syncComparison", new Comparison(target));
    beans.put("syncChanges", new Changes(target, new AuditLog(target)));
    SyncRecorder recorder = new SyncRecorder(target);
    beans.put("syncRecorder", recorder);
    beans.put("syncCompletion", new SyncCompletion(target, configuration, recorder, outbox));
    beans.put(
        "syncQuality",
        new SyncQuality(new QualitySnapshots(target, configuration.management(), outbox)));
    beans.put("syncErrors", new SyncErrors(sources));
    beans.put("syncLog", new SyncLog());
    return beans;
  }

  /**
   * The placeholders of the sync routes that follow from the configuration.
   *
   * @param schedules whether schedules run: in the service, not in a command
   */
  public static Map<String, String> properties(Configuration configuration, boolean schedules) {
    return Map.of(
        "refkeeper.schedules.autostart", Boolean.toString(schedules),
        "refkeeper.sync.time-zone", configuration.management().timeZone().getId());
  }
}
