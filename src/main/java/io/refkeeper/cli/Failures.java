package io.refkeeper.cli;

import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.problem.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells people, or with {@code --json} programs, what went wrong. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

  private final Installation installation;

  Failures(Installation installation) {
    this.installation = installation;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String help = command.getCommandSpec().qualifiedName() + " --help";
    if (List.of(arguments).contains("--json")) {
      report(command, true, List.of(new Problem("usage", e.getMessage(), "", "see: " + help)));
    } else {
      command.getErr().println(e.getMessage());
      UnmatchedArgumentException.printSuggestions(e, command.getErr());
      command.getErr().println("See: " + help);
    }
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    if (Thread.currentThread().isInterrupted()) {
      report(command, json(command), List.of(new Problem("interrupted", "Interrupted.", "", "")));
      return ExitCode.FAILED;
    }
    if (e instanceof ProblemException expected) {
      report(command, json(command), expected.problems());
      return code(expected);
    }
    report(command, json(command), List.of(unexpected(e)));
    return ExitCode.FAILED;
  }

  private static int code(ProblemException expected) {
    if (expected instanceof UsageException) {
      return ExitCode.USAGE;
    }
    return expected instanceof ConfigurationException
        ? ExitCode.CONFIGURATION_INVALID
        : ExitCode.FAILED;
  }

  private static boolean json(CommandLine command) {
    Object root = command.getCommandSpec().root().userObject();
    return ((Refkeeper) root).json();
  }

  private void report(CommandLine command, boolean json, List<Problem> problems) {
    if (!json) {
      Output err = new Output(command.getErr(), installation.terminalWidth());
      problems.forEach(problem -> err.prose("", problem.toString()));
      return;
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("error", problems.get(0));
    if (problems.size() > 1) {
      document.put("errors", problems);
    }
    new Output(command.getOut(), installation.terminalWidth()).json(document);
  }

  private Problem unexpected(Exception e) {
    String what = "Unexpected failure: " + e.toString().lines().findFirst().orElse("");
    Path file =
        installation
            .data()
            .resolve("log")
            .resolve("failure-" + LocalDateTime.now().format(STAMP) + ".txt");
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, trace.toString());
      return new Problem("unexpected", what, "", "please report it with the file " + file);
    } catch (IOException notWritten) {
      return new Problem(
          "unexpected", what + "\n" + trace, "", file + " cannot be written: " + notWritten);
    }
  }
}
