package io.refkeeper.cli;

import io.refkeeper.problem.ConfigurationException;
import io.refkeeper.problem.FileFailure;
import io.refkeeper.problem.Problem;
import io.refkeeper.problem.ProblemException;
import io.refkeeper.problem.ShownPath;
import io.refkeeper.problem.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
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
      report(command, true, List.of(new Problem("usage", message(e), "", "see: " + help)));
    } else {
      Output err = new Output(command.getErr(), installation.terminalWidth());
      message(e).lines().forEach(line -> err.prose("", line));
      suggestions(e).lines().forEach(line -> err.prose("", line));
      err.line("See: " + help);
    }
    return ExitCode.USAGE;
  }

  /** Picocli calls numbers by the names of Java's types. */
  private static String message(ParameterException e) {
    return e.getMessage()
        .replaceFirst(" is not an? (int|long)$", " is no whole number")
        .replaceFirst(" is not a double$", " is no number");
  }

  private static String suggestions(ParameterException e) {
    StringWriter suggestions = new StringWriter();
    UnmatchedArgumentException.printSuggestions(e, new PrintWriter(suggestions, true));
    return suggestions.toString();
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
    if (e instanceof UncheckedIOException && e.getCause() instanceof FileSystemException) {
      report(command, json(command), List.of(storage((UncheckedIOException) e)));
      return ExitCode.FAILED;
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

  /** Neither the user's mistake nor ours: a disk, or a folder's permissions. */
  private static Problem storage(UncheckedIOException e) {
    FileSystemException cause = (FileSystemException) e.getCause();
    return new Problem(
        "storage",
        "A file cannot be read or written: " + FileFailure.reason(e),
        cause.getFile() == null ? "" : ShownPath.of(Path.of(cause.getFile())).toString(),
        "mend the disk or the folder's permissions, then run the command again");
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
          "unexpected",
          what + "\n" + trace,
          "",
          file + " cannot be written: " + FileFailure.reason(notWritten));
    }
  }
}
