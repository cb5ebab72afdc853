package io.refkeeper.runtime;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.ManagementPolicy;
import io.refkeeper.database.copy.KeptCopy;
import io.refkeeper.ingest.Delivery;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.ingest.Inbox;
import io.refkeeper.ingest.IngestBeans;
import io.refkeeper.ingest.InstanceLock;
import io.refkeeper.ingest.ReleaseReport;
import io.refkeeper.ingest.ReleaseRequest;
import io.refkeeper.job.Job;
import io.refkeeper.notification.NotificationBeans;
import io.refkeeper.notification.Outbox;
import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.problem.ShownPath;
import io.refkeeper.quality.validation.ValidationReport;
import io.refkeeper.reference.ParentLookup;
import io.refkeeper.retention.RetentionReport;
import io.refkeeper.sync.SyncBeans;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import io.refkeeper.sync.SyncSettings;
import io.refkeeper.web.HttpSettings;
import io.refkeeper.web.WebBeans;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.CamelExecutionException;

/**
 * The routes of a configuration, running: as the service, with schedules, inbox and relay; or for
 * one command, that calls them.
 */
public final class RefkeeperRuntime implements AutoCloseable {

  private final RouteContext routes;
  private final Inbox inbox;
  private final InstanceLock instance;
  private final Path inboxFolder;
  private final HttpSettings http;

  private RefkeeperRuntime(
      RouteContext routes,
      Inbox inbox,
      InstanceLock instance,
      Path inboxFolder,
      HttpSettings http) {
    this.routes = routes;
    this.inbox = inbox;
    this.instance = instance;
    this.inboxFolder = inboxFolder;
    this.http = http;
  }

  /** What runs by itself. */
  public enum Mode {
    /** Schedules, inbox and relay; health and metrics over HTTP. */
    SERVICE,
    /** The inbox. */
    INBOX,
    /** Nothing: the caller asks. */
    COMMAND
  }

  /**
   * Starts the routes.
   *
   * @param target a pool on the target database, whose control schema is up to date
   * @throws io.refkeeper.problem.ProblemException when a folder cannot be made or a route not start
   */
  public static RefkeeperRuntime start(Setup setup, DataSource target, Mode mode) {
    return start(setup, target, mode, Clock.systemUTC());
  }

  /** Starts the routes by a clock of the caller's. */
  public static RefkeeperRuntime start(Setup setup, DataSource pool, Mode mode, Clock clock) {
    DataSource target = KeptCopy.connectionsOf(pool);
    Configuration configuration = setup.loaded().configuration();
    ManagementPolicy.Ingest ingest = configuration.management().ingest();
    Path inbox = folder(setup, ingest.inbox());
    IngestBeans.Folders folders =
        new IngestBeans.Folders(
            folder(setup, "work"),
            folder(setup, ingest.archive()),
            folder(setup, ingest.rejected()));
    String name = instanceName();
    InstanceLock lock = new InstanceLock(target);
    Outbox outbox = new Outbox(target, configuration.management());

    Map<String, Object> beans = new HashMap<>(TransactionPolicies.of(target));
    beans.putAll(
        SyncBeans.beans(
            configuration, target, outbox, SyncSettings.of(setup.properties()), name, clock));
    beans.putAll(
        IngestBeans.of(
            target,
            configuration,
            outbox,
            name,
            lock,
            clock,
            folders,
            setup.number("refkeeper.load.chunk-size"),
            (ParentLookup) beans.get("parentLookup")));
    beans.putAll(NotificationBeans.beans(target, configuration.management(), setup.properties()));
    HttpSettings http =
        mode == Mode.SERVICE
            ? HttpSettings.of(setup.properties()).onFreePort()
            : HttpSettings.NOWHERE;
    beans.putAll(WebBeans.of(target, configuration, setup.properties(), http, inbox, clock));
    GovernanceBeans governance =
        new GovernanceBeans(
            configuration, target, outbox, name, clock, folders.archive(), setup.properties());
    beans.putAll(governance.beans());

    Map<String, String> properties = new HashMap<>(setup.properties());
    properties.remove("refkeeper.smtp.user");
    properties.remove("refkeeper.smtp.password");
    properties.putAll(NotificationBeans.properties(setup.properties()));
    properties.putAll(SyncBeans.properties(configuration, mode == Mode.SERVICE));
    properties.putAll(governance.properties(mode == Mode.SERVICE));
    properties.put("refkeeper.schedules.autostart", Boolean.toString(mode == Mode.SERVICE));
    properties.put("refkeeper.inbox.autostart", Boolean.toString(mode != Mode.COMMAND));
    properties.put("refkeeper.ingest.inbox", inbox.toString());
    properties.put("refkeeper.observe.autostart", Boolean.toString(http.isOn()));
    properties.putAll(http.camelProperties());
    if (mode != Mode.COMMAND) {
      makeFolders(inbox, folders.work(), folders.archive(), folders.rejected());
      lock.hold(name);
    }
    try {
      return new RefkeeperRuntime(
          RouteContext.start(setup.routes(), beans, properties),
          (Inbox) beans.get("inbox"),
          lock,
          inbox,
          http);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    } catch (Exception e) {
      lock.close();
      throw new IllegalStateException("The routes did not start: " + e.getMessage(), e);
    }
  }

  private static Path folder(Setup setup, String name) {
    return setup.home().resolve(name).toAbsolutePath().normalize();
  }

  private static void makeFolders(Path... folders) {
    for (Path folder : folders) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new ProblemException(
            new Problem(
                "folder_unusable",
                "The folder cannot be made: " + FileFailure.reasonAndPath(e),
                ShownPath.of(folder).toString(),
                "mend its parent folder or the disk, or name another folder under ingest in"
                    + " reference_management.yml or in REFKEEPER_DATA"),
            e);
      }
    }
  }

  /** Unique among all processes that share an inbox; tells people which machine it was. */
  private static String instanceName() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "host";
    }
    return "%s-%d-%s"
        .formatted(
            host.replaceAll("[^A-Za-z0-9.-]", "_"),
            ProcessHandle.current().pid(),
            UUID.randomUUID().toString().substring(0, 8));
  }

  /** The routes themselves. */
  RouteContext routes() {
    return routes;
  }

  /** Where files are dropped. */
  public Path inbox() {
    return inboxFolder;
  }

  /** Where health and metrics are shown. */
  public HttpSettings http() {
    return http;
  }

  /** Loads one file; returns what became of it, also when it was rejected. */
  public FileResult ingest(Delivery delivery) {
    return request("direct:ingest", delivery, FileResult.class);
  }

  /** Syncs reference tables; returns what became of each. */
  public SyncReport sync(SyncRequest request) {
    return request("direct:reference-sync", request, SyncReport.class);
  }

  /** Checks the reference tables and what names their rows; stores the report. */
  public ValidationReport validate() {
    return request("direct:job", Job.manual(Job.VALIDATION, false), ValidationReport.class);
  }

  /** Deletes what is older than the policy allows. */
  public RetentionReport expire(boolean dryRun) {
    return request("direct:job", Job.manual(Job.RETENTION, dryRun), RetentionReport.class);
  }

  /** Loads quarantined rows whose parents have come. */
  public ReleaseReport release(ReleaseRequest request) {
    return request("direct:release", request, ReleaseReport.class);
  }

  /** Tells people of files that should have come by now and have not. */
  public void lookForExpectedFiles() {
    routes.producer().sendBody("direct:expected-files", null);
  }

  /** Sends the messages that are due. */
  public void relay() {
    routes.producer().sendBody("direct:notification-relay", null);
  }

  private <T> T request(String endpoint, Object body, Class<T> answer) {
    try {
      return routes.producer().requestBody(endpoint, body, answer);
    } catch (CamelExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      routes.close();
      inbox.close();
    } finally {
      instance.close();
    }
  }
}
