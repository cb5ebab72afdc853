package io.refkeeper.cli;

import io.refkeeper.database.Migration;
import io.refkeeper.database.MigrationPlan;
import io.refkeeper.database.TableName;
import io.refkeeper.reference.ReferenceTables;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Brings the target database up to date. */
@Command(
    name = "migrate",
    description = {
      "Creates or upgrades the control schema and the tracking columns.",
      "The schema is refkeeper; the columns are added to every configured reference table,"
          + " and rows that are there become authoritative."
    },
    footer = {"", "Example:", "  refkeeper migrate --print > for-the-dba.sql"})
final class MigrateCommand implements Callable<Integer> {

  @ParentCommand private Refkeeper refkeeper;

  @Option(names = "--print", description = "Print the SQL instead of running it.")
  private boolean print;

  @Override
  public Integer call() {
    try (Servers servers = refkeeper.servers()) {
      Collection<TableName> tables =
          ReferenceTables.all(refkeeper.setup(servers).loaded().configuration());
      Migration migration = new Migration(servers.target().dataSource());
      MigrationPlan plan = print ? migration.plan(tables) : migration.apply(tables);
      if (refkeeper.json()) {
        refkeeper.output().json(document(plan));
      } else if (print && !plan.isEmpty()) {
        refkeeper.output().line(plan.script());
      } else {
        tell(plan);
      }
      plan.problems().forEach(problem -> refkeeper.complain(problem.toString()));
      return plan.problems().isEmpty() ? ExitCode.DONE : ExitCode.CONFIGURATION_INVALID;
    }
  }

  private static Map<String, Object> document(MigrationPlan plan) {
    return Map.of(
        "steps",
        plan.steps().stream()
            .map(
                step ->
                    Map.of(
                        "kind", step.kind().name().toLowerCase(Locale.ROOT),
                        "description", step.description(),
                        "sql", step.sql()))
            .toList(),
        "problems",
        plan.problems());
  }

  private void tell(MigrationPlan plan) {
    plan.steps().forEach(step -> refkeeper.output().prose("", "done: " + step.description()));
    if (plan.isEmpty()) {
      // behind --print it goes to psql
      refkeeper.output().line((print ? "-- " : "") + "The database is up to date.");
    }
  }
}
