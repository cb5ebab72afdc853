package io.refkeeper.cli;

import io.refkeeper.database.TargetDatabase;
import java.nio.file.Path;
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
    subcommands = {StatusCommand.class})
final class Refkeeper implements Runnable {

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
    return new Output(spec.commandLine().getOut());
  }

  /** The target database, seen to be reachable. */
  TargetDatabase openTarget(int poolSize) {
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

  /** Read by logback.xml, at the first log line. */
  void configureLog() {
    String format = installation.environment().getOrDefault("REFKEEPER_LOG", "text");
    System.setProperty(
        "refkeeper.log.format", logAsJson || format.equals("json") ? "json" : "text");
    System.setProperty(
        "refkeeper.log.level",
        verbose.length == 0 ? "WARN" : verbose.length == 1 ? "INFO" : "DEBUG");
  }
}
