package io.refkeeper.cli;

import io.refkeeper.config.Configuration;
import io.refkeeper.config.ConfigurationLoader;
import io.refkeeper.database.TargetDatabase;
import io.refkeeper.database.embedded.EmbeddedPostgresServer;
import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.runtime.Readiness;
import io.refkeeper.runtime.RefkeeperRuntime;
import io.refkeeper.runtime.RefkeeperRuntime.Mode;
import io.refkeeper.runtime.Setup;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command without a subcommand: holds the options that all commands share. */
@Command(
    name = "refkeeper",
    description = "Keeps reference tables ahead of the facts; no fact is refused for want of one.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeOnInvalidInput = ExitCode.USAGE,
    exitCodeOnExecutionException = ExitCode.FAILED,
    usageHelpAutoWidth = false,
    footer = {"", "Example:", "  refkeeper status --json"},
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      CheckCommand.class,
      MigrateCommand.class,
      SyncCommand.class,
      IngestCommand.class,
      ValidateCommand.class,
      StatusCommand.class,
      QualityCommand.class,
      ReviewCommand.class,
      AuditCommand.class,
      RetentionCommand.class,
      BenchmarkCommand.class
    })
final class Refkeeper implements Runnable {

  /** A load and a sync, the relay, the instance's lock, and some to spare. */
  private static final int POOL_SIZE = 8;

  private final Installation installation;

  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print one JSON document on standard output.")
  private boolean json;

  @Option(
      names = "--config",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "The folder of the configuration (default: config).")
  private Path config;

  @Option(
      names = "--log-json",
      scope = ScopeType.INHERIT,
      description = "Log as JSON lines, as with REFKEEPER_LOG=json.")
  private boolean logAsJson;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log what is done; twice: in detail.")
  private boolean[] verbose = {};

  Refkeeper(Installation installation) {
    this.installation = installation;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  boolean json() {
    return json;
  }

  Installation installation() {
    return installation;
  }

  Path config() {
    return config == null ? installation.config() : config.toAbsolutePath();
  }

  Output output() {
    return new Output(spec.commandLine().getOut(), installation.terminalWidth());
  }

  /**
   * The target database to look at, seen to be reachable. No embedded one is made: in a wrong
   * folder somebody would look at nothing and take it for their data.
   */
  TargetDatabase openTarget(int poolSize) {
    requireExisting();
    TargetDatabase target =
        TargetDatabase.open(installation.environment(), installation.data(), poolSize);
    try {
      target.requireReachable();
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  /** Sees to it that there is a control schema to look into, and that it is of this version. */
  void requireMigrated(TargetDatabase target) {
    Readiness.requireMigrated(target);
  }

  private void requireExisting() {
    boolean embedded = installation.environment().getOrDefault("REFKEEPER_DB_URL", "").isBlank();
    if (embedded && !EmbeddedPostgresServer.exists(installation.data())) {
      throw new ProblemException(
          new Problem(
              "no_database",
              "There is no embedded database in this folder",
              installation.data().normalize().toString(),
              "set REFKEEPER_DATA to the folder that has it (a relative path starts in the current"
                  + " folder) or REFKEEPER_DB_URL to a server; refkeeper run makes a new one"));
    }
  }

  /** The servers of a command, started or attached to. */
  Servers servers() {
    return Servers.open(installation.environment(), installation.data(), POOL_SIZE);
  }

  /** The configuration, with the environment that knows the servers. */
  Setup setup(Servers servers) {
    return Setup.read(
        installation.inboxHome(), config(), installation.routes(), servers.environment());
  }

  /**
   * The time zone in which people read times; sees to it that there is a configuration.
   *
   * @throws io.refkeeper.problem.ConfigurationException when there is none
   */
  ZoneId timeZone() {
    return ConfigurationLoader.timeZone(config(), installation.environment()::get);
  }

  /** The configuration alone, for a command that asks no source. */
  Configuration configuration() {
    return ConfigurationLoader.load(config(), installation.environment()::get);
  }

  /** Starts the routes, once the configuration fits the database. */
  RefkeeperRuntime start(Servers servers, Mode mode) {
    Setup setup = setup(servers);
    Readiness.require(setup.loaded(), servers.target());
    return RefkeeperRuntime.start(setup, servers.target().dataSource(), mode);
  }

  /** Tells people something on standard error. */
  void complain(String sentence) {
    new Output(spec.commandLine().getErr(), installation.terminalWidth()).prose("", sentence);
  }

  private static String logFormat(String written) {
    String format = written.isBlank() ? "text" : written.strip();
    if (!List.of("text", "json").contains(format)) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  "unknown_log_format",
                  "\"%s\" is no format of the log".formatted(format),
                  "REFKEEPER_LOG",
                  "set it to text or json, or leave it unset, which is text")));
    }
    return format;
  }

  /** Read by logback.xml, at the first log line. The service tells what it does unasked. */
  void configureLog(boolean service) {
    int level = verbose.length + (service ? 1 : 0);
    String format = installation.environment().getOrDefault("REFKEEPER_LOG", "");
    System.setProperty("refkeeper.log.format", logAsJson ? "json" : logFormat(format));
    System.setProperty("refkeeper.log.camel-level", level < 2 ? "WARN" : "INFO");
    System.setProperty("refkeeper.log.level", level == 0 ? "WARN" : level == 1 ? "INFO" : "DEBUG");
  }
}
