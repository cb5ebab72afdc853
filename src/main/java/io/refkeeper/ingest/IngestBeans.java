package io.refkeeper.ingest;

import io.refkeeper.config.Configuration;
import io.refkeeper.notification.Outbox;
import io.refkeeper.quality.QualitySnapshots;
import io.refkeeper.quarantine.QuarantineWriter;
import io.refkeeper.reference.KeyVerification;
import io.refkeeper.reference.ParentLookup;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;

/** The beans that the routes of ingest refer to. */
public final class IngestBeans {

  private IngestBeans() {}

  /**
   * Where ingest keeps its files.
   *
   * @param work claims and spill files; on the inbox's file system
   */
  public record Folders(Path work, Path archive, Path rejected) {}

  /**
   * Builds the beans, by the names that the routes use.
   *
   * @param lookup asks sources for parents that are not there
   */
  public static Map<String, Object> of(
      DataSource target,
      Configuration configuration,
      Outbox outbox,
      String instance,
      InstanceLock locks,
      Clock clock,
      Folders folders,
      int rowsPerChunk,
      ParentLookup lookup) {
    KeyVerification verification = new KeyVerification(target);
    Archive archive =
        new Archive(folders.archive(), folders.rejected(), configuration.management().timeZone());
    Map<String, Object> beans = new LinkedHashMap<>();
    beans.put("failurePolicy", new FailurePolicy());
    beans.put("loadLog", new LoadLog());
    beans.put("settledFile", new SettledFile());
    beans.put("inboxSchedule", new InboxSchedule(configuration.management(), clock));
    beans.put("freshnessGate", new FreshnessGate(target, configuration, outbox, clock));
    beans.put("expectedFiles", new ExpectedFiles(target, configuration, outbox, clock));
    beans.put("inbox", new Inbox(folders.work(), instance, locks, clock));
    beans.put("archive", archive);
    beans.put("rejections", new Rejections(target, outbox, archive, instance));
    beans.put(
        "loads",
        new Loads(
            target,
            configuration,
            outbox,
            instance,
            clock,
            folders.work().resolve("spill"),
            rowsPerChunk));
    beans.put(
        "loadQuality",
        new LoadQuality(new QualitySnapshots(target, configuration.management(), outbox)));
    beans.put(
        "keyRouter", new KeyRouter(verification, lookup, configuration.management().strategy()));
    beans.put("facts", new FactWriter(target, new QuarantineWriter(target), rowsPerChunk));
    beans.put("releasedFacts", FactWriter.ofReleases(target, new QuarantineWriter(target)));
    beans.put(
        "releases",
        new Releases(
            target,
            configuration,
            outbox,
            instance,
            new ReleaseOpening(
                target, configuration, instance, folders.work().resolve("spill"), rowsPerChunk)));
    beans.put("releaseLog", new ReleaseLog());
    beans.put(
        "parentBackfill",
        new ParentBackfill(target, configuration.management(), verification, rowsPerChunk));
    return beans;
  }
}
