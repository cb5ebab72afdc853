package io.refkeeper.cli;

import picocli.CommandLine.Command;

/** What waits for a steward. */
@Command(
    name = "review",
    description = "The derived records that wait for a review.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  refkeeper review list --table 年金计划"},
    subcommands = {ReviewListCommand.class, ReviewExportCommand.class})
final class ReviewCommand extends CommandGroup {}
