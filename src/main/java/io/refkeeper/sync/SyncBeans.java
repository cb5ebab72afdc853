package io.refkeeper.sync;

import io.refkeeper.audit.AuditLog;
import io.refkeeper.config.Configuration;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** Builds what the sync routes refer to. */
public final class SyncBeans {

  private SyncBeans() {}

  /**
   * The beans by name. The routes also need the transaction policy {@code required} on the target.
   *
   * @param instance names this process in {@code refkeeper.sync_run}
   * @param listener hears of failed, held and skipped tables inside the recording transaction
   */
  public static Map<String, Object> beans(
      Configuration configuration,
      DataSource target,
      String instance,
      Clock clock,
      Consumer<SyncFailure> listener) {
    ZoneId timeZone = configuration.management().timeZone();
    MySqlSnapshots snapshots = new MySqlSnapshots(timeZone);
    ConfigFile files = new ConfigFile(configuration.directory().toAbsolutePath().getParent());
    Map<String, Object> beans = new LinkedHashMap<>();
    beans.put(
        "syncPlan",
        new SyncPlan(
            configuration.referenceTables(), configuration.management(), target, instance));
    beans.put(
        "syncSchedules",
        new SyncSchedules(
            configuration.referenceTables(), configuration.management(), files, target, clock));
    beans.put("tableSync", new TableSync(target, timeZone));
    beans.put("legacyMySql", snapshots);
    beans.put("legacyMySqlSource", new LegacyMySql(configuration.connections(), snapshots, target));
    beans.put("configFileSource", files);
    beans.put("syncStaging", new Staging(target));
    beans.put("syncValidation", new Validation(target));
    beans.put("syncComparison", new Comparison(target));
    beans.put("syncChanges", new Changes(target, new AuditLog(target)));
    beans.put("syncRecorder", new SyncRecorder(target, listener));
    beans.put("syncErrors", new SyncErrors());
    return beans;
  }

  /**
   * The placeholders of the sync routes.
   *
   * @param schedules whether schedules run: in the service, not in a command
   */
  public static Map<String, String> properties(Configuration configuration, boolean schedules) {
    return Map.of(
        "refkeeper.schedules.autostart", Boolean.toString(schedules),
        "refkeeper.sync.time-zone", configuration.management().timeZone().getId(),
        "refkeeper.sync.change-poll-millis", "10000");
  }
}
