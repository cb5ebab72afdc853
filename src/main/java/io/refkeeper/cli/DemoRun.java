package io.refkeeper.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.refkeeper.database.Migration;
import io.refkeeper.database.MigrationPlan;
import io.refkeeper.database.TargetDatabase;
import io.refkeeper.database.embedded.EmbeddedServers;
import io.refkeeper.demo.DemoTables;
import io.refkeeper.demo.LegacyDatabase;
import io.refkeeper.demo.MessageCatcher;
import io.refkeeper.demo.MessageCatcher.Mail;
import io.refkeeper.demo.ReportWatch;
import io.refkeeper.demo.SampleOptions;
import io.refkeeper.demo.SampleWorkbook;
import io.refkeeper.ingest.FileResult;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.reference.ReferenceTables;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.runtime.Setup;
import io.refkeeper.sync.SyncReport;
import io.refkeeper.sync.SyncRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** One run of the demo: its servers, its folders, its service. */
final class DemoRun implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final long startedNanos = System.nanoTime();
  private final Path data;
  private final Refkeeper refkeeper;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private EmbeddedServers servers;
  private TargetDatabase target;
  private MessageCatcher catcher;
  private Setup setup;
  private CompletableFuture<Path> workbook;
  private RefkeeperRuntime runtime;
  private ReportWatch reports;
  private long firstRowNanos;

  private DemoRun(Refkeeper refkeeper, Path data) {
    this.refkeeper = refkeeper;
    this.data = data;
  }

  /** Starts both servers on new data; when that fails, nothing is left running. */
  static DemoRun begin(Refkeeper refkeeper, Path data) throws Exception {
    DemoRun run = new DemoRun(refkeeper, data);
    try {
      run.start();
      return run;
    } catch (Exception e) {
      run.close();
      throw e;
    }
  }

  private void start() throws Exception {
    clear();
    workbook = CompletableFuture.supplyAsync(this::writeWorkbook);
    servers = EmbeddedServers.start(data, data.resolve("binaries"));
    open.push(servers.mariaDb());
    target = TargetDatabase.on(servers.postgres(), 8);
    open.push(target);
    catcher = MessageCatcher.start();
    open.push(catcher);
    setup = setup();
  }

  private Path writeWorkbook() {
    try {
      Path file = data.resolve(SampleWorkbook.FILE_NAME);
      Files.createDirectories(data);
      SampleWorkbook.write(file, SampleOptions.DEFAULT);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Yesterday's data and files are removed; the unpacked programs stay. */
  private void clear() throws IOException {
    EmbeddedServers.discard(data, data.resolve("binaries"));
    for (String folder : List.of("inbox", "work", "archive", "rejected")) {
      Path path = data.resolve(folder);
      if (Files.exists(path)) {
        try (Stream<Path> files = Files.walk(path)) {
          for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    }
  }

  private Setup setup() {
    Installation installation = refkeeper.installation();
    Map<String, String> environment =
        new HashMap<>(Servers.withLegacy(installation.environment(), servers.mariaDb()));
    environment.put("REFKEEPER_SMTP_HOST", "127.0.0.1");
    environment.put("REFKEEPER_SMTP_PORT", Integer.toString(catcher.smtpPort()));
    environment.put("REFKEEPER_SMTP_SECURITY", "none");
    environment.put("REFKEEPER_SMTP_USER", "");
    environment.put("SLACK_WEBHOOK", catcher.slackUrl());
    Setup read = Setup.read(data, refkeeper.config(), installation.routes(), environment);
    Map<String, String> properties = new HashMap<>(read.properties());
    properties.put("refkeeper.inbox.poll-interval", "250ms");
    return new Setup(data, read.routes(), read.loaded(), properties);
  }

  /** What the target is, for people. */
  String server() {
    return "PostgreSQL, " + DatabaseName.of(target).words();
  }

  /** How to look into it, for people who are quick. */
  String psql() {
    return DatabaseName.psql(servers.postgres());
  }

  /** Creates the users' tables and migrates; fills the legacy MySQL. */
  MigrationPlan prepare() throws Exception {
    DemoTables.create(target.dataSource());
    LegacyDatabase legacy =
        new LegacyDatabase(
            servers.mariaDb().jdbcUrl(),
            servers.mariaDb().owner(),
            servers.mariaDb().ownerPassword());
    legacy.create();
    legacy.grantTo(servers.mariaDb().reader());
    return new Migration(target.dataSource())
        .apply(ReferenceTables.all(setup.loaded().configuration()));
  }

  /** Syncs every reference table. */
  SyncReport preload() throws IOException {
    runtime = RefkeeperRuntime.start(setup, target.dataSource(), Mode.INBOX);
    open.push(runtime);
    reports = new ReportWatch(archive(), data.resolve("rejected"));
    open.push(reports);
    return runtime.sync(SyncRequest.manual(List.of(), false, false));
  }

  /** Drops the sample workbook into the inbox and waits for its report. */
  FileResult drop() throws Exception {
    Path sample = workbook.get();
    Path part = inbox().resolve(SampleWorkbook.FILE_NAME + ".part");
    Files.copy(sample, part, StandardCopyOption.REPLACE_EXISTING);
    Files.move(part, inbox().resolve(SampleWorkbook.FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
    Path report =
        reports
            .next(PATIENCE)
            .orElseThrow(
                () ->
                    new ProblemException(
                        new Problem(
                            "demo_waited",
                            "The dropped file was not loaded within %d s"
                                .formatted(PATIENCE.toSeconds()),
                            inbox().toString(),
                            "run it again with -v, which logs what is done")));
    FileResult result = new ObjectMapper().readValue(report.toFile(), FileResult.class);
    if (firstRowNanos == 0) {
      firstRowNanos = System.nanoTime();
    }
    return result;
  }

  /** From the start of the demo to the commit of the first load: an upper bound. */
  double secondsToFirstRow() {
    return (firstRowNanos - startedNanos) / 1e9;
  }

  List<Mail> mails() throws Exception {
    runtime.relay();
    return catcher.mails(20);
  }

  String slackMessage() throws InterruptedException {
    return catcher.slackMessage(20);
  }

  Path inbox() {
    return data.resolve(setup.loaded().configuration().management().ingest().inbox());
  }

  Path archive() {
    return data.resolve(setup.loaded().configuration().management().ingest().archive());
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        failure =
            failure == null
                ? new IllegalStateException("The demo did not end cleanly", e)
                : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
