package io.refkeeper.cli;

import picocli.CommandLine.Command;

/** The audit log. */
@Command(
    name = "audit",
    description = "The audit log: every change of a reference row, by whom or by what.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  refkeeper audit export --table 年金计划 --since 2025-10-01"},
    subcommands = AuditExportCommand.class)
final class AuditCommand extends CommandGroup {}
