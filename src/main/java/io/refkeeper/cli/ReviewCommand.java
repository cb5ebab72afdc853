package io.refkeeper.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What waits for a steward. */
@Command(
    name = "review",
    description = "The derived records that wait for a review.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  refkeeper review list --table 年金计划"},
    subcommands = {ReviewListCommand.class, ReviewExportCommand.class})
final class ReviewCommand implements Runnable {

  @ParentCommand private Refkeeper refkeeper;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  Refkeeper refkeeper() {
    return refkeeper;
  }
}
