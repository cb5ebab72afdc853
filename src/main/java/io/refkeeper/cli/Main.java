package io.refkeeper.cli;

import io.refkeeper.problem.ConfigurationException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParseResult;

/** The entry point. Results are UTF-8, whatever the locale says. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    Interruption interruption = Interruption.ofThisThread();
    int exitCode =
        run(
            System.getenv(),
            new PrintWriter(stream(FileDescriptor.out), true, StandardCharsets.UTF_8),
            new PrintWriter(stream(FileDescriptor.err), true, StandardCharsets.UTF_8),
            arguments);
    if (interruption.finished()) {
      System.exit(exitCode);
    }
  }

  /** Runs a command; returns its exit code. */
  static int run(
      Map<String, String> environment, PrintWriter out, PrintWriter err, String... arguments) {
    Installation installation = new Installation(environment);
    Refkeeper refkeeper = new Refkeeper(installation);
    Failures failures = new Failures(installation);
    return new CommandLine(refkeeper)
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures)
        .setExecutionStrategy(
            parsed -> {
              Integer helped = CommandLine.executeHelpRequest(parsed);
              if (helped != null) {
                return helped;
              }
              configureLog(refkeeper, parsed);
              return new CommandLine.RunLast().execute(parsed);
            })
        .execute(arguments);
  }

  private static void configureLog(Refkeeper refkeeper, ParseResult parsed) {
    try {
      refkeeper.configureLog(
          parsed.hasSubcommand()
              && parsed.subcommand().commandSpec().userObject() instanceof RunCommand);
    } catch (ConfigurationException e) {
      throw new ExecutionException(parsed.commandSpec().commandLine(), e.getMessage(), e);
    }
  }

  private static FileOutputStream stream(FileDescriptor descriptor) {
    return new FileOutputStream(descriptor);
  }
}
