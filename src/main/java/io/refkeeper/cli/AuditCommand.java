package io.refkeeper.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The audit log. */
@Command(
    name = "audit",
    description = "The audit log: every change of a reference row, by whom or by what.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  refkeeper audit export --table 年金计划 --since 2025-10-01"},
    subcommands = AuditExportCommand.class)
final class AuditCommand implements Runnable {

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
